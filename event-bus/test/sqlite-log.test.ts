import { hash } from 'node:crypto'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Database as OpenFile } from '@logbook/chassis/files/sqlite.ts'
import { completeEvent as event } from '@logbook/chassis/testing/complete-event.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { limits } from '@logbook/event-bus/limits.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { sqliteLog } from '@logbook/event-bus/log/sqlite-log.ts'
import { openLogFile } from '@logbook/event-bus/log/sqlite-rows.ts'
import { lockForWriting } from '@logbook/event-bus/log/writer-lock.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import Database from 'better-sqlite3'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'

let file: string

beforeEach(async () => {
  const folder = temporaryFolder()
  file = `${folder}/log.sqlite`
})

const open = (): OpenFile => {
  const db = openLogFile(file)
  onTestFinished(() => {
    db.close()
  })
  return db
}

describe('durability', () => {
  it('synchronous is FULL after a write, when SQLite itself would have fallen to NORMAL', async () => {
    const db = open()
    await sqliteLog(db).append([[event()]])
    expect(db.pragma('synchronous', { simple: true })).toBe(2)
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
  })

  it('synchronous of the subscriptions file is FULL after a write', () => {
    const db = openSubscriptions(file)
    onTestFinished(() => void db.close())
    db.exec('UPDATE fence SET last_token = 1')
    expect(db.pragma('synchronous', { simple: true })).toBe(2)
  })

  it('another connection sees an append as soon as it is answered', async () => {
    await sqliteLog(open()).append([[event()]])
    expect(open().prepare('SELECT count(*) FROM events').pluck().get()).toBe(1)
  })
})

describe('a full disk', () => {
  // SQLite answers a full disk and a full page count with the same error from the same place.
  const fill = (db: OpenFile) => {
    const pages = Number(db.pragma('page_count', { simple: true }))
    db.pragma(`max_page_count = ${pages + 20}`)
  }
  const large = () => event({ data: 'x'.repeat(200_000) })

  it('a full disk fails the append as unavailable, records nothing, and accepts the next when there is room', async () => {
    const db = open()
    const log = sqliteLog(db)
    await log.append([[event({ subject: 'a' })]])
    fill(db)
    const small = event({ subject: 'a' })
    await expect(log.append([[small], [large()]])).rejects.toMatchObject({
      code: 'unavailable',
      details: { retryAfter: 1 },
    })
    expect(log.head()).toBe(1)
    expect((await log.read({ after: 0, limit: 10 })).positions).toEqual([1])
    db.pragma('max_page_count = 1000000')
    const [outcome] = await log.append([[{ ...small, expectedversion: 1 }]])
    expect(outcome).toMatchObject({ kind: 'recorded', events: [{ position: 2, version: 2 }] })
    expect((await log.append([[large()]])).map(({ kind }) => kind)).toEqual(['recorded'])
  })

  it('a full disk leaves a valid chain of checksums', async () => {
    const db = open()
    const log = sqliteLog(db)
    await log.append([[event()]])
    fill(db)
    await expect(log.append([[large()]])).rejects.toMatchObject({ code: 'unavailable' })
    db.pragma('max_page_count = 1000000')
    await log.append([[event()], [event()]])
    expectUnbrokenChain(db)
  })
})

const expectUnbrokenChain = (db: OpenFile) => {
  const rows = db
    .prepare<[], { event: string; checksum: string }>(
      'SELECT event, lower(hex(checksum)) AS checksum FROM events ORDER BY position',
    )
    .all()
  let previous = '0'.repeat(64)
  for (const { event: text, checksum } of rows) {
    previous = hash('sha256', previous + text)
    expect(checksum).toBe(previous)
  }
}

describe('checksums', () => {
  it('checksums chain every event to the one before, across commits and openings', async () => {
    const first = openLog(file)
    await first.append([[event({ data: 'ünï 🦉' }), event()], [event()]])
    await first.close()
    const second = openLog(file)
    await second.append(Array.from({ length: 50 }, () => [event()]))
    await second.close()
    expectUnbrokenChain(open())
  })
})

describe('positions', () => {
  it('positions are not reused: a log with a lost tail does not open', async () => {
    const log = openLog(file)
    await log.append([[event()], [event()], [event()]])
    await log.close()
    open().exec('DELETE FROM events WHERE position = 3')
    expect(() => openLog(file)).toThrow(/ends at position 2, but 3 was given: its tail is lost/)
  })

  it('a refused append uses up no position', async () => {
    const log = sqliteLog(open())
    await log.append([[event({ expectedversion: 9 })], [event({ expectedversion: 'none' })]])
    await log.append([[event({ expectedversion: 9 })]])
    const [outcome] = await log.append([[event()]])
    expect(outcome).toMatchObject({ events: [{ position: 2 }] })
  })
})

describe('the writer lock', () => {
  it('a second writer of a log is refused with a message', () => {
    const log = openLog(file)
    onTestFinished(() => log.close())
    expect(() => openLog(file)).toThrow(/is open for writing in another process/)
  })

  it('readers and backups work while the log is written', async () => {
    const log = openLog(file)
    onTestFinished(() => log.close())
    await log.append([[event()]])
    await open().backup(`${file}.backup`)
    const copy = openLog(`${file}.backup`)
    onTestFinished(() => copy.close())
    expect(copy.head()).toBe(1)
  })

  it('the writer lock is released when the log is closed', async () => {
    await openLog(file).close()
    const release = lockForWriting(file)
    release()
  })
})

describe('a foreign writer', () => {
  // Someone builds an index, or vacuums: not a second log, but a second writer of the file.
  const meddle = `
    const { workerData: { file, over }, parentPort } = require('node:worker_threads')
    const db = new (require('better-sqlite3'))(file)
    db.exec('CREATE TABLE scratch (n INTEGER)')
    const insert = db.prepare('INSERT INTO scratch VALUES (1)')
    parentPort.postMessage('ready')
    const ends = new Int32Array(over)
    while (Atomics.wait(ends, 0, 0, 1) === 'timed-out') for (let n = 0; n < 4; n += 1) insert.run()
    db.close()`

  it('a foreign write lock delays appends and fails none', async () => {
    const log = sqliteLog(open())
    const over = new SharedArrayBuffer(4)
    const worker = new Worker(meddle, { eval: true, workerData: { file, over } })
    await once(worker, 'message')
    const exited = once(worker, 'exit')
    const appends = 300
    for (let n = 0; n < appends; n += 1) await log.append([[event({ subject: `s-${n}` })]])
    Atomics.store(new Int32Array(over), 0, 1)
    await exited
    expect(log.head()).toBe(appends)
  })

  it('no foreign write fits between what an append reads and what it writes', async () => {
    const log = sqliteLog(open())
    const other = new Database(file, { timeout: 0 })
    onTestFinished(() => void other.close())
    other.exec('CREATE TABLE scratch (n INTEGER)')
    // What is appended is put into words in that very moment.
    const data = {
      get meanwhile() {
        try {
          other.exec('INSERT INTO scratch VALUES (1)')
          return 'another wrote'
        } catch {
          return 'nobody wrote'
        }
      },
    }
    const [outcome] = await log.append([[event({ data })]])
    expect(outcome?.kind).toBe('recorded')
    expect((await log.read({ after: 0, limit: 1 })).events[0]).toContain('nobody wrote')
  })
})

describe('reading', () => {
  it('a filtered page scans a bounded part of the log, and returns how far it came', async () => {
    const log = sqliteLog(open())
    const many = limits.scanEventsMax + 100
    for (let done = 0; done < many; done += 1_000)
      await log.append(Array.from({ length: 1_000 }, () => [event({ subject: 'long' })]))
    await log.append([[event({ type: 'Rare', subject: 'long' })]])
    for (const filter of [{ types: ['Rare'] }, { types: ['Rare'], subject: 'long' }]) {
      const first = await log.read({ after: 0, limit: 10, ...filter })
      expect(first).toMatchObject({ events: [], position: limits.scanEventsMax, more: true })
      const second = await log.read({ after: first.position, limit: 10, ...filter })
      expect(second.positions).toEqual([log.head()])
    }
  })

  it('reading a long stream from a version finds it directly', async () => {
    const log = sqliteLog(open())
    await log.append(Array.from({ length: 500 }, (_, index) => [event({ subject: `s-${index % 3}` })]))
    for (const after of [0, 1, 2, 3, 250, 498, 499, 500]) {
      const { positions } = await log.read({ after, limit: 1_000, subject: 's-1' })
      const expected = Array.from({ length: 500 }, (_, index) => index + 1).filter(
        (position) => position > after && (position - 1) % 3 === 1,
      )
      expect(positions).toEqual(expected)
    }
  })
})
