import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { addErasures, readErasures } from '@logbook/accounts/erasure/kept-erasures.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { silentProgress as progress } from '@logbook/event-bus/tool/progress.ts'
import { verifyLog } from '@logbook/event-bus/tool/verify.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../../run/services.ts'
import { backUpAll } from '../back-up.ts'
import { nameAt } from '../keep.ts'
import { type Manifest, readManifest } from '../manifest.ts'
import { readPlaces } from '../places.ts'
import { planRestore, restoreAll } from '../restore.ts'
import { beforeRestore } from '../words.ts'
import { append, environmentOf, keysOf, makeDataFolder, withAccounts } from './data-folder.ts'

const clock = { now: () => new Date('2026-11-29T13:00:00.000Z') }
const suffix = '.before-2026-11-29T13-00-00.000Z'

/** A data folder and a backup of it, made once. */
const made = mkdtempSync(join(tmpdir(), 'logbook-restore-'))
let data: string
let backup: string
let key: string | null | undefined
beforeAll(async () => {
  const original = await makeDataFolder(made)
  key = keysOf(original, ['ada'])[0]
  const places = readPlaces(environmentOf(original))
  await backUpAll({ places, to: join(made, 'backups'), version: '1', settings: {}, clock, progress })
})
afterAll(() => rmSync(made, { recursive: true, force: true }))
beforeEach(() => {
  const folder = temporaryFolder()
  cpSync(made, folder, { recursive: true })
  data = join(folder, 'data')
  backup = join(folder, 'backups', nameAt(clock.now()))
})

const plan = (into = data, given = backup) =>
  planRestore({ places: readPlaces(environmentOf(into)), given, progress })
const restore = async (into = data, given = backup) =>
  restoreAll({ places: readPlaces(environmentOf(into)), plan: await plan(into, given), clock, progress })
const copyKey = (into: string) => {
  mkdirSync(join(into, 'secrets'), { recursive: true })
  writeFileSync(join(into, 'secrets', 'master-key'), readFileSync(join(data, 'secrets', 'master-key')))
}
const restoredHead = async (into: string) =>
  (await verifyLog(join(into, 'event-bus.sqlite'), progress)).position

describe('a restore', () => {
  it('a restore brings all back on a machine that has nothing but the master key', async () => {
    const other = join(temporaryFolder(), 'data')
    copyKey(other)
    expect(await restore(other)).toEqual({ kept: [], log: { id: expect.any(String), epoch: 2 } })
    expect(await restoredHead(other)).toBe(20)
    expect(keysOf(other, ['ada'])).toEqual([key])
    expect(readFileSync(join(other, 'media', 'a', 'picture.jpg'), 'utf8')).toBe('of a lighthouse')
    expect(existsSync(join(other, 'subscriptions.sqlite'))).toBe(true)
    // Sign-in is closed until the log has been read for erasures.
    expect(withAccounts(other, (db) => db.prepare('SELECT count(*) FROM restored').pluck().get())).toBe(1)
  })

  it('a restore takes the newest of a folder of backups', async () => {
    expect((await plan(data, dirname(backup))).folder).toBe(backup)
  })

  it('a restore keeps what was there under another name, and moves the views aside', async () => {
    await append(data, [{ id: 'later', subject: 'later' }])
    expect(await plan()).toMatchObject({ present: 21 })
    const { kept } = await restore()
    expect(await restoredHead(data)).toBe(20)
    const names = [
      'accounts.sqlite',
      'event-bus.sqlite',
      'media',
      'posts.sqlite',
      'query.sqlite',
      'query.sqlite-1-search',
      'subscriptions.sqlite',
    ]
    expect(kept.sort()).toEqual(names.map((name) => join(data, `${name}${suffix}`)).sort())
    expect((await verifyLog(join(data, `event-bus.sqlite${suffix}`), progress)).position).toBe(21)
    expect(
      readdirSync(data).filter((name) => /^(posts|query)/.test(name) && !name.includes('.before-')),
    ).toEqual([])
    // Once more is the same.
    await append(data, [{ id: 'later', subject: 'later' }])
    const again = { now: () => new Date('2026-11-29T14:00:00.000Z') }
    await restoreAll({ places: readPlaces(environmentOf(data)), plan: await plan(), clock: again, progress })
    expect(await restoredHead(data)).toBe(20)
  })

  it('a restore that was cut off while it copied media can be run again', async () => {
    mkdirSync(join(data, 'media.part', 'a'), { recursive: true })
    writeFileSync(join(data, 'media.part', 'a', 'picture.jpg'), 'of a li')
    await restore()
    expect(readFileSync(join(data, 'media', 'a', 'picture.jpg'), 'utf8')).toBe('of a lighthouse')
    expect(existsSync(join(data, 'media.part'))).toBe(false)
  })

  it('a restore leaves no view in the clear in the way of an erasure: who is erased is taken out of what is kept', async () => {
    await restore()
    const { createForgetInCopies } = await import('@logbook/accounts/erasure/kept-copies.ts')
    const { silentLogger } = await import('@logbook/chassis/logger.ts')
    createForgetInCopies({ file: join(data, 'accounts.sqlite'), clock, logger: silentLogger })(['ada'])
    const left = readdirSync(data).filter((name) => name.includes('.before-'))
    expect(left.filter((name) => /^(posts|comments|moderation|query)\./.test(name))).toEqual([])
    expect(left).toContain(`event-bus.sqlite${suffix}`)
  })

  const strange: [string, (folder: string) => void, RegExp][] = [
    [
      'has a changed byte',
      (folder) => writeFileSync(join(folder, 'media/a/picture.jpg'), 'of a lighthousE'),
      /picture\.jpg: its SHA-256/,
    ],
    ['lacks a file', (folder) => rmSync(join(folder, 'accounts.sqlite')), /accounts\.sqlite: it is missing/],
    [
      'has one file more',
      (folder) => writeFileSync(join(folder, 'query.sqlite'), ''),
      /query\.sqlite: it is not in the manifest/,
    ],
    ['has no manifest', (folder) => rmSync(join(folder, 'manifest.json')), /is no backup/],
    [
      'has a manifest that leads out',
      (folder) =>
        changed(folder, (each) => each.files.push({ path: '../x', bytes: 0, sha256: '0'.repeat(64) })),
      /no part of a backup/,
    ],
    [
      'has a manifest of another kind',
      (folder) => writeFileSync(join(folder, 'manifest.json'), '{}'),
      /no manifest that/,
    ],
    [
      'says another end of the log',
      (folder) => changed(folder, ({ log }) => Object.assign(log, { head: 19 })),
      /does not end where/,
    ],
  ]
  const changed = (folder: string, change: (manifest: Manifest) => unknown) => {
    const manifest = readManifest(folder)
    change(manifest)
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest))
  }

  it.each(strange)('a restore of a backup that %s changes nothing', async (_what, spoil, why) => {
    spoil(backup)
    const before = readdirSync(data)
    await expect(restore()).rejects.toThrow(why)
    expect(readdirSync(data)).toEqual(before)
  })

  it('a restore without the master key of the backup says where to put it, and changes nothing', async () => {
    const other = join(temporaryFolder(), 'data')
    await expect(restore(other)).rejects.toThrow(new RegExp(`${other}/secrets/master-key`))
    expect(existsSync(other)).toBe(false)
  })

  it('a restore is refused while a service has a file open, the log, accounts or a view, and names it', async () => {
    const log = openLog(join(data, 'event-bus.sqlite'))
    await expect(plan()).rejects.toThrow(/event-bus\.sqlite/)
    await log.close()
    rmSync(join(data, 'posts.sqlite'))
    const view = openDatabase({
      file: join(data, 'posts.sqlite'),
      migrations: ['CREATE TABLE t (x)'],
      durability: 'normal',
    })
    await expect(plan()).rejects.toThrow(/posts\.sqlite/)
    view.close()
    await plan()
  })

  it('a restore keeps every erasure that the data folder, the backup and others beside it know, and says how many it undoes', async () => {
    const erased = (n: number) => ({
      ...{ id: `00000000-0000-4000-8000-00000000000${n}`, erasedAt: clock.now().toISOString(), by: null },
    })
    withAccounts(data, (db) =>
      db.exec(
        `INSERT INTO erasure (person_id, erased_at, announced) VALUES ('${erased(1).id}', '${erased(1).erasedAt}', 1)`,
      ),
    )
    const later = { now: () => new Date(clock.now().getTime() + 60_000) }
    const places = readPlaces(environmentOf(data))
    await backUpAll({ places, to: dirname(backup), version: '1', settings: {}, clock: later, progress })
    addErasures(join(data, 'erasures.ndjson'), [erased(2)])
    const older = await plan()
    expect(older).toMatchObject({ erasedSince: 2 })
    expect(beforeRestore(older, places)).toContain(
      '2 of them are still in this backup: the next start erases them again',
    )
    const other = join(temporaryFolder(), 'data')
    copyKey(other)
    await restore(other)
    const kept = () => readErasures(join(other, 'erasures.ndjson')).erasures.map(({ id }) => id)
    expect(kept()).toEqual([erased(1).id])
    addErasures(join(other, 'erasures.ndjson'), [erased(3)])
    await restore(other)
    expect(kept()).toEqual([erased(1).id, erased(3).id])
  })

  it('a restore on the command line asks, or takes --yes; --dry-run says what it would do', async () => {
    const run = (...words: string[]): Promise<{ code: number; said: string }> =>
      new Promise((resolve) => {
        const options = { env: { ...process.env, ...environmentOf(data) } }
        const child = execFile(
          process.execPath,
          [join(root, 'infra/backup/restore-main.ts'), ...words],
          options,
          (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, said: stdout + stderr }),
        )
        child.stdin?.end()
      })
    const [dry, unsure] = [await run(backup, '--dry-run'), await run(backup)]
    expect(dry).toMatchObject({ code: 0 })
    expect(dry.said).toMatch(/20 events[\s\S]*takes the place of[\s\S]*Nothing was changed/)
    expect(unsure).toMatchObject({ code: 2 })
    expect(unsure.said).toContain('--yes')
    expect(readdirSync(data).filter((name) => name.includes('.before-'))).toEqual([])
    const done = await run(backup, '--yes')
    expect(done).toMatchObject({ code: 0 })
    expect(done.said).toMatch(/Restored[\s\S]*event-bus\.sqlite\.before-/)
  })
})
