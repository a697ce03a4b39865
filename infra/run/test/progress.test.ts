import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import { expect, it } from 'vitest'
import { progressOf } from '../progress.ts'

const saying = async (health: object): Promise<string> => {
  const { url } = await serveForTest((_req, res) => res.end(JSON.stringify(health)))
  return url
}

it.each<[string, object, string | undefined]>([
  [
    'rebuilds its view',
    { position: 900, caughtUp: false, rebuild: { position: 400 } },
    'query rebuilds its view: 40 %',
  ],
  ['reads the log', { position: 999, caughtUp: false, rebuild: null }, 'query reads the log: 99 %'],
  ['has read further than the log goes', { position: 2_000, caughtUp: false }, 'query reads the log: 100 %'],
  ['has caught up', { position: 1_000, caughtUp: true, rebuild: null }, undefined],
  ['follows nothing', { ready: false }, undefined],
])('npm start says how far a service is that %s', async (_what, health, line) => {
  const bus = await saying({ position: 1_000 })
  expect(await progressOf('query', { url: await saying(health), bus })).toBe(line)
})

it('npm start says nothing of a service that does not answer', async () => {
  const bus = await saying({ position: 1_000 })
  expect(await progressOf('query', { url: 'http://127.0.0.1:9', bus })).toBeUndefined()
})
