import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { openReadOnly } from '@logbook/chassis/files/sqlite.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { silentProgress as progress } from '@logbook/event-bus/tool/progress.ts'
import { salvageLog } from '@logbook/event-bus/tool/salvage.ts'
import { assignPositions, createGapFinder } from '@logbook/event-bus/tool/salvaged-positions.ts'
import { verifyLog } from '@logbook/event-bus/tool/verify.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flipFirstKey, flipIn, makeLog, nth, runLog, tamper, wordOf } from './logs.ts'

const clock = { now: () => new Date('2026-11-29T10:00:00.000Z') }
const salvage = async (log: string, name = 'saved.sqlite') => {
  const to = `${temporaryFolder()}/${name}`
  return { to, ...(await salvageLog({ log, to, clock, progress })) }
}

interface Row {
  position: number
  subject: string
  version: number
  type: string
  event: string
}
const rowsOf = (file: string): Row[] => {
  const db = openReadOnly(file)
  const rows = db
    .prepare<[], Row>('SELECT position, subject, version, type, event FROM events ORDER BY position')
    .all()
  db.close()
  return rows
}

/** The same rows but for those that are lost. */
const expectSame = (saved: string, original: readonly Row[], lost: readonly number[]): void => {
  const rows = rowsOf(saved)
  expect(rows.map(({ position }) => position)).toEqual(original.map(({ position }) => position))
  for (const row of rows)
    if (lost.includes(row.position)) expect(row.type).toBe('EventLost')
    else expect(row).toEqual(original[row.position - 1])
}

describe('salvage', () => {
  it('of a sound log makes the same log', async () => {
    const log = await makeLog(50)
    const { to, lost, end } = await salvage(log)
    expect(lost).toEqual([])
    expect(end).toEqual(await verifyLog(log, progress))
    expectSame(to, rowsOf(log), [])
  })

  it('saves every event that can be read in its place, and the new log is sound and goes on', async () => {
    const log = await makeLog(200)
    const original = rowsOf(log)
    await flipIn(log, wordOf(123))
    await flipIn(log, wordOf(200))
    tamper(log, 'DELETE FROM events WHERE position IN (5, 6)')
    const before = await readFile(log)
    const { to, readable, lost, end } = await salvage(log)
    expect({ readable, lost }).toEqual({
      readable: 196,
      lost: [
        [5, 6],
        [123, 123],
        [200, 200],
      ],
    })
    expectSame(to, original, [5, 6, 123, 200])
    expect(await verifyLog(to, progress)).toEqual(end)
    expect((await readFile(log)).equals(before)).toBe(true)
    const store = openLog(to)
    expect(await store.append([[nth(201)]])).toMatchObject([
      { kind: 'recorded', events: [{ position: 201 }] },
    ])
    await store.close()
    expect((await verifyLog(to, progress)).position).toBe(201)
  })

  it('keeps an event whose checksums alone are damaged, and one that is found under no key', async () => {
    const log = await makeLog(300)
    const original = rowsOf(log)
    tamper(log, 'UPDATE events SET crc = crc + 1 WHERE position = 7')
    tamper(log, 'UPDATE events SET checksum = zeroblob(32) WHERE position = 9')
    await flipFirstKey(log)
    const { to, lost } = await salvage(log)
    expect(lost).toEqual([])
    expectSame(to, original, [])
  })

  it('saves what stands before and behind a page that is destroyed', async () => {
    const log = await makeLog(400)
    const original = rowsOf(log)
    const bytes = await readFile(log)
    const page = bytes.indexOf(wordOf(150)) - (bytes.indexOf(wordOf(150)) % 4096)
    await writeFile(log, bytes.fill(0xff, page, page + 4096))
    const { to, readable, lost } = await salvage(log)
    expect(readable).toBeGreaterThan(350)
    expectSame(
      to,
      original,
      lost.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n)),
    )
    expect((await verifyLog(to, progress)).position).toBe(400)
  })

  it('writes readable events alone as NDJSON where the name says so, and replaces no file', async () => {
    const log = await makeLog(20)
    await flipIn(log, wordOf(3))
    const { to, end } = await salvage(log, 'saved.ndjson')
    const lines = (await readFile(to, 'utf8')).trimEnd().split('\n')
    expect(end).toBeNull()
    expect(lines).toEqual(rowsOf(log).flatMap(({ position, event }) => (position === 3 ? [] : [event])))
    await expect(salvageLog({ log, to, clock, progress })).rejects.toThrow(/is there already/)
    expect(await readdir(dirname(to))).toEqual(['saved.ndjson'])
  })

  it('is a command that lists the damage by position', async () => {
    const log = await makeLog(20)
    await flipIn(log, wordOf(3))
    const to = `${temporaryFolder()}/saved.sqlite`
    const { code, stdout } = await runLog(['salvage', to], { DATABASE: log })
    expect(code).toBe(0)
    expect(stdout).toMatch(/Saved 19 events[\s\S]*Lost, by position:\n {2}3\n/)
  })
})

it('whichever events are lost, each stream is whole again with the lost positions in its gaps', () => {
  const arbitrary = fc.tuple(
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 60 }),
    fc.array(fc.boolean(), { maxLength: 60 }),
  )
  fc.assert(
    fc.property(arbitrary, ([streams, losses]) => {
      const versions = new Map<number, number>()
      const events = streams.map((stream, index) => {
        const version = (versions.get(stream) ?? 0) + 1
        versions.set(stream, version)
        return { position: index + 1, subject: `s-${stream}`, version }
      })
      const kept = events.filter((_, index) => losses[index] !== true)
      const lost = events.filter((_, index) => losses[index] === true).map(({ position }) => position)
      const { take, gaps } = createGapFinder()
      for (const event of kept) take(event)
      const all = [...kept, ...assignPositions(lost, gaps, 'spare')].sort((a, b) => a.position - b.position)
      expect(all.map(({ position }) => position)).toEqual(events.map(({ position }) => position))
      const ends = new Map<string, number>()
      for (const { subject, version } of all) {
        expect(version).toBe((ends.get(subject) ?? 0) + 1)
        ends.set(subject, version)
      }
    }),
  )
})
