import { statSync } from 'node:fs'
import { completeEvent } from '@logbook/chassis/testing/complete-event.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { createRowWriter, openLogFile } from '@logbook/event-bus/log/sqlite-rows.ts'
import { soundPages } from '@logbook/event-bus/tool/check.ts'
import { DamagedLog } from '@logbook/event-bus/tool/failures.ts'
import { openToRead } from '@logbook/event-bus/tool/log-file.ts'
import { silentProgress } from '@logbook/event-bus/tool/progress.ts'
import { verifyLog } from '@logbook/event-bus/tool/verify.ts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { fill, startBus } from '../running-bus.ts'
import { flipFirstKey, flipIn, makeLog, pageKinds, tamper, wordOf } from './logs.ts'

const verify = (file: string) => verifyLog(file, silentProgress)

const faultIn = async (file: string) => {
  const error = await verify(file).then(
    () => undefined,
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(DamagedLog)
  return error instanceof DamagedLog ? error.fault : undefined
}

describe('a sound log', () => {
  it('a sound log is reported with its last position and checksum', async () => {
    const end = await verify(await makeLog(2_500))
    expect(end).toMatchObject({ position: 2_500, checksum: expect.stringMatching(/^[0-9a-f]{64}$/) })
  })

  it('an empty log is sound', async () => {
    expect(await verify(await makeLog(0))).toMatchObject({ position: 0 })
  })

  it('a verification reports its progress', async () => {
    const at = vi.fn()
    await verifyLog(await makeLog(2_500), { at, end: () => {} })
    expect(at.mock.calls.map(([{ done }]) => done)).toEqual([1_000, 2_000, 2_500])
    expect(at).toHaveBeenLastCalledWith({ what: 'verifying', done: 2_500, total: 2_500 })
  })

  it('a log can be verified while it is written', async () => {
    const file = `${temporaryFolder()}/event-bus.sqlite`
    const bus = await startBus({ file })
    await fill(bus, 3_000)
    const [end] = await Promise.all([verify(file), fill(bus, 2_000)])
    expect(end.position).toBeGreaterThanOrEqual(3_000)
    expect(await verify(file)).toMatchObject({ position: 5_000 })
  })
})

describe('a slow verification', () => {
  it('a log can be checkpointed during a verification, so that its WAL does not grow without end', async () => {
    const file = await makeLog(2_500)
    const reading = openToRead(file)
    const log = openLog(file)
    onTestFinished(async () => {
      reading.close()
      await log.close()
    })
    const pages = soundPages(reading)
    expect((await pages.next()).value).toMatchObject({ end: { position: 1_000 } })
    const writtenMiB = 24
    for (let n = 0; n < writtenMiB; n += 1) await log.append([[completeEvent({ data: 'x'.repeat(2 ** 20) })]])
    expect(statSync(`${file}-wal`).size).toBeLessThan((writtenMiB / 2) * 2 ** 20)
    let end = 0
    for await (const page of pages) end = page.end.position
    expect(end).toBe(2_500)
  })
})

describe('a log without short checksums', () => {
  it('an older log gets short checksums when the bus opens it, and is refused until then', async () => {
    const file = await makeLog(20)
    tamper(
      file,
      'ALTER TABLE events DROP COLUMN crc; DROP TABLE log_id; DROP TABLE epoch; PRAGMA user_version = 1',
    )
    await expect(verify(file)).rejects.toThrow(
      /written by an earlier Logbook. Start the event bus on it once/,
    )
    const bus = await startBus({ file })
    const events = await (await fetch(`${bus.url}/events`)).json()
    expect(events).toHaveLength(20)
    expect(await verify(file)).toMatchObject({ position: 20 })
  })
})

describe('the first damaged position', () => {
  it.each([
    [
      'a changed event',
      `UPDATE events SET event = replace(event, 'word', 'work') WHERE position = 7`,
      7,
      'checksum',
      /not what was written/,
    ],
    [
      'a changed checksum',
      `UPDATE events SET checksum = zeroblob(32) WHERE position = 7`,
      7,
      'checksum',
      /does not follow/,
    ],
    [
      'a changed short checksum',
      `UPDATE events SET crc = crc + 1 WHERE position = 7`,
      7,
      'checksum',
      /short checksum/,
    ],
    ['an event that is gone', `DELETE FROM events WHERE position = 7`, 7, 'gap', /the next is 8/],
    ['a first event that is gone', `DELETE FROM events WHERE position = 1`, 1, 'gap', /the next is 2/],
    ['a lost tail', `DELETE FROM events WHERE position > 18`, 19, 'tail', /ends at 18, but 20 was given/],
    [
      'a type that is not the event’s',
      `UPDATE events SET type = 'Other' WHERE position = 7`,
      7,
      'columns',
      /type says Other, the event says Odd/,
    ],
    [
      'an id that is not the event’s',
      `UPDATE events SET id = 'other' WHERE position = 7`,
      7,
      'columns',
      /column id/,
    ],
    [
      'a stream that is not the event’s',
      `UPDATE events SET subject = 'other' WHERE position = 7`,
      7,
      'columns',
      /column subject/,
    ],
    [
      'a version that is not the event’s',
      `UPDATE events SET version = 99 WHERE position = 7`,
      7,
      'columns',
      /column version/,
    ],
    [
      'the first of several',
      `UPDATE events SET crc = 0 WHERE position IN (5, 6, 12)`,
      5,
      'checksum',
      /short/,
    ],
  ])('%s', async (_name, sql, position, kind, detail) => {
    const file = await makeLog(20)
    tamper(file, sql)
    expect(await faultIn(file)).toEqual({ position, kind, detail: expect.stringMatching(detail) })
  })

  it('versions out of order are found though every checksum holds', async () => {
    const file = `${temporaryFolder()}/log.sqlite`
    const db = openLogFile(file)
    const event = (position: number, version: number) => {
      const columns = { position, id: `id-${position}`, subject: 's', version, type: 'T' }
      return { ...columns, text: JSON.stringify(columns) }
    }
    createRowWriter(db)([event(1, 1), event(2, 3), event(3, 2)], { position: 0, checksum: '0'.repeat(64) })
    db.close()
    expect(await faultIn(file)).toMatchObject({ position: 2, kind: 'version' })
  })

  it('a flipped bit in the file is found', async () => {
    const file = await makeLog(200)
    await flipIn(file, wordOf(123))
    expect(await faultIn(file)).toMatchObject({ position: 123, kind: 'checksum' })
  })

  it('a damaged key of the table is found, which a walk from end to end does not see', async () => {
    const file = await makeLog(60)
    const position = await flipFirstKey(file)
    expect(await faultIn(file)).toMatchObject({ position, kind: 'index' })
  })

  it.each([
    ['ids', 'id-000123'],
    ['streams', 's-2'],
  ])('a misleading index of %s is found', async (_name, text) => {
    const file = await makeLog(200)
    await flipIn(file, text, pageKinds.index)
    expect(await faultIn(file)).toMatchObject({ kind: expect.stringMatching(/^(index|version)$/) })
  })
})
