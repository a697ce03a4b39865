import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { renderFeatures } from '../features/render.ts'
import { featuresIn, runFeatures, unknownSteps } from '../features/run.ts'
import { root } from '../run/services.ts'

it('docs/behaviours.html is what npm run behaviours makes of the features, whose steps are all known', async () => {
  const messages = await runFeatures({ dryRun: true })
  expect(unknownSteps(messages)).toEqual([])
  const page = renderFeatures(featuresIn(messages).map(({ feature }) => feature))
  expect(readFileSync(join(root, 'docs/behaviours.html'), 'utf8')).toBe(page)
})
