import { join } from 'node:path'
import { runLoad, startBus } from './bus-processes.ts'
import { type Row, rounded } from './bus-table.ts'

const followers = 200
const perSecond = 100
const loadMs = 5_000

/** 200 followers at once: none may lose an event or see one out of its order; how late they are is told. */
export const measureCrowd = async (folder: string): Promise<Row[]> => {
  const bus = await startBus(join(folder, 'crowd.sqlite'))
  const measured = await runLoad({ kind: 'crowd', url: bus.url, followers, perSecond, ms: loadMs })
  await bus.stop()
  const [sent = 0, astray = Number.NaN, p50 = 0, p99 = 0] = measured
  const expected = sent * followers
  return [
    {
      figure: `${followers} followers at ${perSecond} events/s: lost or out of order, over all sent`,
      ours: `${astray} (p50 ${rounded(p50)}, p99 ${rounded(p99)} ms)`,
      peer: `${expected.toLocaleString('en')} sent`,
      ratio: astray / expected,
      aim: { atMost: 0 },
    },
  ]
}
