import { expect, it } from 'vitest'
import { resultsIn, runFeatures } from '../features/run.ts'
import { tryOn } from '../features/running.ts'
import { sharedLogbook } from './logbook.ts'

const scenariosMin = 40
const runMsMax = 300_000

it(
  'every scenario of features/ holds on a Logbook of real processes',
  async () => {
    tryOn(await sharedLogbook())
    const results = resultsIn(await runFeatures({ dryRun: false }))
    const failed = results.filter(({ passed }) => !passed).map(({ scenario, why }) => `${scenario}\n  ${why}`)
    expect(failed.join('\n\n')).toBe('')
    expect(results.length).toBeGreaterThanOrEqual(scenariosMin)
  },
  runMsMax,
)
