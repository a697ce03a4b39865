import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { silentProgress } from '@logbook/event-bus/tool/progress.ts'
import { verifyLog } from '@logbook/event-bus/tool/verify.ts'
import { expect, it, vi } from 'vitest'
import { failingBusProcess, startBusProcess } from '../bus-process.ts'
import { post } from '../running-bus.ts'

it('kill -9 during a commit loses no acknowledged event, and the log is sound', async () => {
  const folder = temporaryFolder()
  const file = `${folder}/log.sqlite`
  let acknowledged = 0
  for (let round = 0; round < 3; round += 1) {
    const bus = await startBusProcess({ DATABASE: file })
    const before = acknowledged
    const writer = async () => {
      for (;;) {
        const events = Array.from({ length: 50 }, () => ({
          type: 'A',
          subject: 's',
          data: 'x'.repeat(2_000),
        }))
        const places = await (await post(bus, JSON.stringify(events))).json()
        acknowledged = Math.max(acknowledged, places.at(-1).position)
      }
    }
    const writing = Promise.allSettled([writer(), writer(), writer(), writer()])
    await vi.waitFor(() => expect(acknowledged).toBeGreaterThan(before + 1_000))
    await bus.end('SIGKILL')
    await writing
    const { position } = await verifyLog(file, silentProgress)
    expect(position).toBeGreaterThanOrEqual(acknowledged)
    expect(position % 50).toBe(0)
  }
})

it('a second writer is refused, and the first goes on', async () => {
  const folder = temporaryFolder()
  const bus = await startBusProcess({ DATABASE: `${folder}/log.sqlite` })
  const { code, said } = await failingBusProcess({ DATABASE: `${folder}/log.sqlite` })
  expect(code).toBe(1)
  expect(said).toContain('is open for writing in another process. A log has one writer.')
  expect((await post(bus, '{"type":"A","data":1}')).status).toBe(201)
})
