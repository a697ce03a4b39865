import { listen } from '@logbook/chassis/http/server.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { endWithTest } from '@logbook/chassis/testing/test-service.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { type LastRun, lastRun, noteRun } from '@logbook/event-bus/health/last-runs.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { backupEvents } from '@logbook/event-bus/service.ts'
import { expect, it } from 'vitest'
import { inMemory } from './running-bus.ts'
import { makeLog } from './tool/logs.ts'

const startOver = async (file: string) => {
  const store = openLog(file)
  const ownEvents = () => backupEvents(lastRun(file, 'backup'))
  const bus = createEventBus({ ...inMemory(), store, logger: silentLogger, ownEvents })
  const close = endWithTest(bus, await listen(bus.app, { host: '127.0.0.1', port: 0 }))
  return { store, look: bus.ownEvents.look, close }
}

it('a backup is recorded in the log once, across restarts, and a failed backup is not', async () => {
  const file = await makeLog(3)
  const note = (last: LastRun) => noteRun(file, 'backup', last)
  const first = await startOver(file)
  await first.look()
  expect(first.store.head()).toBe(3)
  note({ at: '2026-03-01T03:30:00.000Z', fault: null })
  await first.look()
  await first.look()
  expect(first.store.head()).toBe(4)
  await first.close()
  const second = await startOver(file)
  note({ at: '2026-03-01T03:30:00.000Z', fault: 'the disk is full' })
  await second.look()
  expect(second.store.head()).toBe(4)
  note({ at: '2026-03-02T03:30:00.000Z', fault: null })
  await second.look()
  const { events } = await second.store.read({ after: 3, limit: 10 })
  expect(events.map((text) => JSON.parse(text))).toMatchObject([
    { type: 'BackupTaken', subject: 'backups', data: { takenAt: '2026-03-01T03:30:00.000Z' }, version: 1 },
    { type: 'BackupTaken', source: '/event-bus', data: { takenAt: '2026-03-02T03:30:00.000Z' }, version: 2 },
  ])
})
