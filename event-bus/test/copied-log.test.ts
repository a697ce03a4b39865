import { copyFileSync, existsSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { isCopied } from '@logbook/chassis/files/copied-file.ts'
import { openReadOnly } from '@logbook/chassis/files/sqlite.ts'
import { StartRefused } from '@logbook/chassis/start/start-refused.ts'
import { completeEvent } from '@logbook/chassis/testing/complete-event.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { refuseUnsoundCopy } from '@logbook/event-bus/log/copied-log.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import Sqlite from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'

/** A log that is written all the time: `write` appends, and moves what was written into the file as SQLite does by itself now and then. */
const liveLog = async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'log.sqlite')
  const store = openLog(file)
  onTestFinished(() => store.close())
  let count = 0
  const write = async ({ checkpoint }: { checkpoint: boolean }) => {
    for (let round = 0; round < 30; round++)
      await store.append([[completeEvent({ subject: `s-${count++ % 50}`, data: { text: 'x'.repeat(700) } })]])
    if (!checkpoint) return
    const other = new Sqlite(file)
    other.pragma('wal_checkpoint(RESTART)')
    other.close()
  }
  return { folder, file, store, write }
}

const textsOf = async (store: { read: ReturnType<typeof openLog>['read'] }, limit: number) =>
  (await store.read({ after: 0, limit })).events

/** What a bus makes of a log: its head and texts, or why it does not start. */
const outcomeOf = async (file: string): Promise<string[] | 'refused'> => {
  try {
    await refuseUnsoundCopy(file)
    const log = openLog(file)
    const texts = await textsOf(log, 1_000)
    await log.close()
    return texts
  } catch (error) {
    expect(error).toBeInstanceOf(StartRefused)
    expect((error as Error).message).toContain('is damaged, or was copied while it was written')
    return 'refused'
  }
}

const parts = ['', '-wal', '-shm'] as const
const orders = [
  ['', '-wal', '-shm'],
  ['-wal', '', '-shm'],
  ['-shm', '-wal', ''],
  ['', '-shm', '-wal'],
  ['-wal', '-shm', ''],
  ['-shm', '', '-wal'],
] as const

describe('a copy of a log in use', () => {
  it.each(orders)(
    'a log copied file by file in the order "%s", "%s", "%s" opens correctly or is refused with the reason',
    async (...order) => {
      const { file, store, write } = await liveLog()
      for (const checkpoint of [true, false]) {
        await write({ checkpoint: true })
        await write({ checkpoint: false })
        const to = temporaryFolder()
        const copy = join(to, 'log.sqlite')
        for (const part of order) {
          if (existsSync(`${file}${part}`)) copyFileSync(`${file}${part}`, `${copy}${part}`)
          await write({ checkpoint })
          await write({ checkpoint: false })
        }
        const outcome = await outcomeOf(copy)
        if (outcome !== 'refused')
          expect(outcome).toEqual((await textsOf(store, 1_000)).slice(0, outcome.length))
      }
    },
  )

  it('a copied log with missing pages before its sound end is refused before it is opened', async () => {
    const { file, store, write } = await liveLog()
    await write({ checkpoint: true })
    const copy = join(temporaryFolder(), 'log.sqlite')
    copyFileSync(file, copy)
    await write({ checkpoint: true })
    await write({ checkpoint: false })
    copyFileSync(`${file}-wal`, `${copy}-wal`)
    expect(store.head()).toBe(90)
    expect(await outcomeOf(copy)).toBe('refused')
  })

  it('a sound copy counts as a copy once, and then as the log itself', async () => {
    const { file, write } = await liveLog()
    await write({ checkpoint: true })
    const folder = temporaryFolder()
    const copy = join(folder, 'log.sqlite')
    for (const part of parts) copyFileSync(`${file}${part}`, `${copy}${part}`)
    const copied = () => {
      const db = openReadOnly(copy)
      const is = isCopied(db, copy)
      db.close()
      return is
    }
    expect(copied()).toBe(true)
    expect(await outcomeOf(copy)).toHaveLength(30)
    expect(copied()).toBe(false)
  })
})

it('a stale write-ahead log beside a hand-made copy of a backup is refused or not read', async () => {
  const { file, folder, write } = await liveLog()
  await write({ checkpoint: true })
  const backup = join(folder, 'backup.sqlite')
  const db = new Sqlite(file)
  await db.backup(backup)
  db.close()
  await write({ checkpoint: true })
  await write({ checkpoint: false })
  const there = join(temporaryFolder(), 'log.sqlite')
  for (const part of ['', '-wal']) copyFileSync(`${file}${part}`, `${there}${part}`)
  copyFileSync(backup, there)
  const outcome = await outcomeOf(there)
  if (outcome !== 'refused') expect(outcome).toHaveLength(30)
})

it('a subscriptions file with a torn page is refused by name', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'subscriptions.sqlite')
  const db = openSubscriptions(file)
  const insert = db.prepare(
    'INSERT INTO settled (run, sequence, position, consumer, reason) VALUES (1, ?, ?, 1, ?)',
  )
  for (let at = 1; at <= 400; at++) insert.run(at, at, 'x'.repeat(200))
  db.close()
  const raw = new Sqlite(file)
  const pages = Number(raw.pragma('page_count', { simple: true }))
  raw.close()
  const copy = join(folder, 'copy.sqlite')
  copyFileSync(file, copy)
  truncateSync(copy, Math.floor(pages / 2) * 4_096)
  expect(() => openSubscriptions(copy)).toThrow(`${copy} is damaged, or was copied while it was written`)
})
