import { expect, it } from 'vitest'
import { reportOf } from '../chaos/report.ts'
import { runChaos } from '../chaos/run.ts'

it('the event bus keeps what it acknowledged, once and in order, while it and its consumers are killed', async () => {
  const result = await runChaos({ seconds: 4, writers: 6, followers: 2, claimers: 2, seed: 3 })
  const { ok, text } = reportOf(result)
  expect(ok, text).toBe(true)
  expect(result.kills['event-bus']).toBeGreaterThan(0)
})
