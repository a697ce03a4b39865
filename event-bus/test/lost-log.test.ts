import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { followerTables } from '@logbook/chassis/follow/follower-tables.ts'
import { StartRefused } from '@logbook/chassis/start/start-refused.ts'
import { completeEvent } from '@logbook/chassis/testing/complete-event.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { describe, expect, it } from 'vitest'
import { refuseLostLog, restoringMarkOf } from '../src/log/lost-log.ts'
import { openLog } from '../src/log/open-log.ts'
import { openSubscriptions } from '../src/subscriptions/tables.ts'
import { failingBusProcess } from './bus-process.ts'

const insertPlace = `INSERT INTO runs (name, revision, settings, state, created_at, origin, cursor, previous, sequence, attempts, acknowledged, skipped)
  VALUES ('a', 1, '{}', 'active', 0, 0, 7, 0, 0, 0, 0, 0)`

const witnesses: Record<string, (folder: string) => void> = {
  'a view': (folder) => {
    const db = openDatabase({
      file: join(folder, 'posts.sqlite'),
      migrations: [followerTables],
      durability: 'normal',
    })
    db.exec("INSERT INTO checkpoint (name, position) VALUES ('posts', 7)")
    db.close()
  },
  'the places of subscriptions': (folder) => {
    const db = openSubscriptions(join(folder, 'subscriptions.sqlite'))
    db.exec(insertPlace)
    db.close()
  },
}
const losses: Record<string, (log: string) => Promise<void> | void> = {
  missing: () => {},
  empty: (log) => writeFileSync(log, ''),
  'without an event': (log) => openLog(log).close(),
}
const cases = Object.keys(losses).flatMap((loss) =>
  Object.keys(witnesses).map((witness) => [loss, witness] as const),
)

describe('a lost log', () => {
  it.each(cases)('a lost log (%s) is not begun again beside %s that knows one', async (loss, witness) => {
    const folder = temporaryFolder()
    const log = join(folder, 'event-bus.sqlite')
    await losses[loss]?.(log)
    refuseLostLog(log, { newLog: false })
    witnesses[witness]?.(folder)
    const before = readdirSync(folder).filter((name) => !/-(wal|shm)$/.test(name))
    expect(() => refuseLostLog(log, { newLog: false })).toThrow(StartRefused)
    expect(() => refuseLostLog(log, { newLog: false })).toThrow(
      /position 7[\s\S]*npm run restore[\s\S]*--new-log/,
    )
    expect(readdirSync(folder).filter((name) => !/-(wal|shm)$/.test(name))).toEqual(before)
    refuseLostLog(log, { newLog: true })
  })

  it('an empty log is refused only beside files that know a position', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'event-bus.sqlite')
    const store = openLog(log)
    await store.append([[completeEvent()]])
    await store.close()
    witnesses['a view']?.(folder)
    refuseLostLog(log, { newLog: false })
  })

  it('a damaged log is not taken for a lost one: opening it reports the damage', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'event-bus.sqlite')
    writeFileSync(log, 'no database')
    witnesses['a view']?.(folder)
    refuseLostLog(log, { newLog: false })
    expect(() => openLog(log)).toThrow()
  })

  it('files that were built from nothing, are no databases, or were set aside do not count', async () => {
    const folder = temporaryFolder()
    openSubscriptions(join(folder, 'subscriptions.sqlite')).close()
    writeFileSync(join(folder, 'notes.sqlite'), 'no database')
    mkdirSync(join(folder, 'folder.sqlite'))
    refuseLostLog(join(folder, 'event-bus.sqlite'), { newLog: false })
  })

  it('a lost log ends the process with 78 and the reason, as does a folder in the place of its file', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'event-bus.sqlite')
    witnesses['a view']?.(folder)
    expect(await failingBusProcess({ DATABASE: log })).toMatchObject({
      code: 78,
      said: expect.stringContaining('npm run restore'),
    })
    rmSync(join(folder, 'posts.sqlite'))
    mkdirSync(log)
    expect(await failingBusProcess({ DATABASE: log })).toMatchObject({
      code: 78,
      said: expect.stringContaining('is a folder'),
    })
  })
})

it('a log with an interrupted restore is not opened until the restore was run again', async () => {
  const log = join(temporaryFolder(), 'event-bus.sqlite')
  writeFileSync(restoringMarkOf(log), '')
  expect(() => refuseLostLog(log, { newLog: true })).toThrow(/cut off/)
})
