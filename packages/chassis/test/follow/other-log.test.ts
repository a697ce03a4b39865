import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { Request, Response } from 'express'
import { expect, it, onTestFinished, vi } from 'vitest'
import { type Database, openDatabase } from '../../src/files/sqlite.ts'
import { Follower } from '../../src/follow/follower.ts'
import { followerTables } from '../../src/follow/follower-tables.ts'
import { SelfRebuild } from '../../src/follow/self-rebuild.ts'
import type { LogStore } from '../../src/log/log-store.ts'
import { silentLogger } from '../../src/logger.ts'
import { completeEvent } from '../../src/testing/complete-event.ts'
import { exchangeableBus } from '../../src/testing/exchangeable-bus.ts'
import { copyOfLog, memoryLog } from '../../src/testing/memory-log.ts'
import { temporaryFolder } from '../../src/testing/temporary-folder.ts'

const patience = { timeout: 40_000, interval: 5 }
const migrations = [followerTables, 'CREATE TABLE seen (position INTEGER PRIMARY KEY, data TEXT) STRICT']

const newFile = (): string => {
  const folder = temporaryFolder()
  return join(folder, 'view.sqlite')
}
const open = (file: string): Database =>
  openDatabase({ file, migrations, durability: 'normal', exclusive: true })
const rowsOf = (db: Database): string[] =>
  db.prepare<[], string>('SELECT data FROM seen ORDER BY position').pluck().all()
const append = async (log: LogStore, ...data: string[]) => {
  for (const each of data) await log.append([[completeEvent({ data: each })]])
}

/** A service with one table that holds what each event said, and a count of how often it was told of another log. */
const service = (bus: ReturnType<typeof exchangeableBus>['bus'], db: Database) => {
  let forgot = 0
  const rows = new SelfRebuild({
    ...{ db, migrations, logger: silentLogger, agreed: bus.agreed },
    forget: () => void forgot++,
    create(its, onOtherLog) {
      const insert = its.prepare('INSERT OR REPLACE INTO seen (position, data) VALUES (?, ?)')
      const follower = new Follower<RecordedEvent>({
        ...{ name: 'service', bus, db: its, logger: silentLogger, onOtherLog },
        decode: (event) => ({ kind: 'event', event }),
        apply: ({ position, data }) => void insert.run(position, data),
      })
      return { follower, its, quiet: async () => {} }
    },
  })
  const shown = () => rowsOf(rows.current.its)
  const commands = (): unknown => {
    try {
      rows.guard({ method: 'POST' } as Request, { locals: {} } as Response, () => {})
      return undefined
    } catch (error) {
      return error
    }
  }
  rows.start()
  return { rows, shown, commands, forgot: () => forgot, follower: rows.standIn('follower') }
}

it.each([
  ['by a restore', 'restore', 'is shorter', 0],
  ['by a restore', 'restore', 'has grown past the view', 6],
  ['by hand', 'hand', 'is shorter', 0],
  ['by hand', 'hand', 'has grown past the view', 6],
] as const)(
  'a log put back %s (%s) that %s is noticed, and the view is built again beside the one that answers',
  async (_, by, __, more) => {
    const log = memoryLog()
    await append(log, 'a', 'b', 'lost', 'lost too')
    const { bus, exchange } = exchangeableBus(log)
    const file = newFile()
    const view = service(bus, open(file))
    onTestFinished(() => view.rows.close())
    await vi.waitFor(() => expect(view.follower.caughtUp).toBe(true), patience)
    expect(view.shown()).toEqual(['a', 'b', 'lost', 'lost too'])
    const copy = await copyOfLog(log, { upTo: 2, by })
    const fresh = Array.from({ length: more }, (_, n) => `new ${n}`)
    await append(copy, ...fresh)
    exchange(copy)
    await vi.waitFor(() => expect(view.shown()).toEqual(['a', 'b', ...fresh]), patience)
    await vi.waitFor(() => expect(view.follower.caughtUp).toBe(true), patience)
    expect(view.forgot()).toBeGreaterThan(0)
    expect(view.commands()).toBeUndefined()
    expect(view.rows.health()).toMatchObject({ log: { epoch: by === 'restore' ? 2 : 1 }, rebuild: null })
    expect(existsSync(`${file}-rebuilt`)).toBe(false)
    await append(copy, 'and on')
  },
)

it('is not ready, answers with what it had, and takes no command until it has read the other log', async () => {
  const log = memoryLog()
  await append(log, 'a', 'lost')
  const { bus, exchange } = exchangeableBus(log)
  const { promise: mayRead, resolve: letGo } = Promise.withResolvers<void>()
  const held = { ...bus }
  const view = service(held, open(newFile()))
  onTestFinished(() => view.rows.close())
  await vi.waitFor(() => expect(view.follower.caughtUp).toBe(true), patience)
  const copy = await copyOfLog(log, { upTo: 1, by: 'restore' })
  const { follow } = bus
  held.follow = async function* (request) {
    if (request.after === 0) await mayRead
    yield* follow(request)
  }
  exchange(copy)
  await vi.waitFor(() => expect(view.follower.differs).toBe(true), patience)
  expect([view.follower.caughtUp, view.shown()]).toEqual([false, ['a', 'lost']])
  expect(view.rows.health()).toMatchObject({ differs: true, fault: expect.stringContaining('not the log') })
  expect(view.commands()).toMatchObject({ code: 'unavailable' })
  letGo()
  await vi.waitFor(() => expect(view.shown()).toEqual(['a']), patience)
})

it('a process that was killed while it built its view again begins again when it starts', async () => {
  const log = memoryLog()
  await append(log, 'a', 'lost')
  const file = newFile()
  const before = service(exchangeableBus(log).bus, open(file))
  await vi.waitFor(() => expect(before.follower.caughtUp).toBe(true), patience)
  await before.rows.close()
  // What a kill leaves: the old rows, and half of the new ones.
  writeFileSync(`${file}-rebuilt`, 'half a page')
  writeFileSync(`${file}-rebuilt-wal`, 'and its remains')
  const copy = await copyOfLog(log, { upTo: 1, by: 'restore' })
  await append(copy, 'b', 'c')
  const after = service(exchangeableBus(copy).bus, open(file))
  onTestFinished(() => after.rows.close())
  await vi.waitFor(() => expect(after.shown()).toEqual(['a', 'b', 'c']), patience)
})

it('a checkpoint from before logs had an identity is gone on from, where the log had been read that far then', async () => {
  const log = memoryLog({ id: 'log', epoch: 1, begins: [{ epoch: 1, after: 2 }] })
  await append(log, 'a', 'b', 'c')
  const file = newFile()
  const old = open(file)
  old.exec("INSERT INTO checkpoint (name, position) VALUES ('service', 2)")
  old.exec("INSERT INTO seen VALUES (1, 'from before'), (2, 'from before')")
  const view = service(exchangeableBus(log).bus, old)
  onTestFinished(() => view.rows.close())
  await vi.waitFor(() => expect(view.follower.caughtUp).toBe(true), patience)
  expect(view.shown()).toEqual(['from before', 'from before', 'c'])
  expect(view.rows.health()).toMatchObject({ log: { id: 'log', epoch: 1 }, differs: false })
})

it('a file that is emptied where it is begins again at the first event, with nothing parked of the other log', async () => {
  const log = memoryLog()
  await append(log, 'a', 'bad', 'lost')
  const { bus, exchange } = exchangeableBus(log)
  const db = open(':memory:')
  const insert = db.prepare('INSERT INTO seen (position, data) VALUES (?, ?)')
  const follower = new Follower<RecordedEvent>({
    ...{ name: 'service', bus, db, logger: silentLogger },
    decode: (event) => ({ kind: 'event', event }),
    apply({ position, data }) {
      if (data === 'bad') throw new Error('it can not be applied')
      insert.run(position, data)
    },
    beginAgain: () => db.exec('DELETE FROM seen'),
  })
  follower.start()
  onTestFinished(() => follower.stop())
  await vi.waitFor(() => expect(follower.status()).toMatchObject({ caughtUp: true, parked: 2 }), patience)
  const copy = await copyOfLog(log, { upTo: 1, by: 'hand' })
  await append(copy, 'other', 'and another', 'third')
  exchange(copy)
  await vi.waitFor(() => expect(rowsOf(db)).toEqual(['a', 'other', 'and another', 'third']), patience)
  expect(follower.status()).toMatchObject({ parked: 0, differs: false, caughtUp: true })
})
