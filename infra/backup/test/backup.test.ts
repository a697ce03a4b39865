import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openReadOnly } from '@logbook/chassis/files/sqlite.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { lastRun } from '@logbook/event-bus/health/last-runs.ts'
import { openLogFile } from '@logbook/event-bus/log/sqlite-rows.ts'
import { silentProgress } from '@logbook/event-bus/tool/progress.ts'
import { describe, expect, it } from 'vitest'
import { backUpAll } from '../back-up.ts'
import { entriesOf, readManifest, verifyFiles } from '../manifest.ts'
import { readPlaces } from '../places.ts'
import { settingsIn } from '../settings-kept.ts'
import { append, environmentOf, keysOf, makeDataFolder, withAccounts } from './data-folder.ts'

const backUp = (dataFolder: string, to: string, { keep, at = 0 }: { keep?: number; at?: number } = {}) =>
  backUpAll({
    places: readPlaces(environmentOf(dataFolder)),
    to,
    keep,
    version: '1.2.3',
    settings: { BLOG_TITLE: 'Marsh' },
    clock: { now: () => new Date(Date.UTC(2026, 10, 29, 12) + at) },
    progress: silentProgress,
  })

describe('a backup of a whole Logbook', () => {
  it('a backup of a whole Logbook holds the log, accounts, subscriptions, settings and media as its manifest says, and not the master key', async () => {
    const data = await makeDataFolder()
    const { folder, manifest, keysFault } = await backUp(data, join(temporaryFolder(), 'backups'))
    expect(folder).toMatch(/\/backups\/logbook-2026-11-29T12-00-00\.000Z$/)
    expect(manifest.files.map(({ path }) => path)).toEqual([
      'accounts.sqlite',
      'erasures.ndjson',
      'event-bus.sqlite',
      'media/a/picture.jpg',
      'settings.json',
      'subscriptions.sqlite',
    ])
    expect(manifest).toMatchObject({
      version: '1.2.3',
      log: { id: expect.any(String), epoch: 1, head: 20 },
      accounts: { keys: 1 },
    })
    expect(keysFault).toBeNull()
    // The log's service tells of it.
    expect(lastRun(join(data, 'event-bus.sqlite'), 'backup')).toEqual({ at: manifest.madeAt, fault: null })
    expect(readManifest(folder)).toEqual(manifest)
    await verifyFiles(folder, manifest)
    expect(JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'))).toEqual({ BLOG_TITLE: 'Marsh' })
    const key = readFileSync(join(data, 'secrets', 'master-key'), 'utf8').trim()
    for (const { path } of await entriesOf(folder))
      expect(readFileSync(join(folder, path)).includes(key)).toBe(false)
  })

  it('a backup of a whole Logbook can be read by its owner alone, each file and folder of it', async () => {
    const { folder } = await backUp(await makeDataFolder(), join(temporaryFolder(), 'backups'))
    const all = [
      join(folder, '..'),
      folder,
      ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
    ]
    expect(all.filter((path) => (statSync(path).mode & 0o077) !== 0)).toEqual([])
  })

  it('a backup of a damaged file fails, and leaves nothing that looks like a backup', async () => {
    const data = await makeDataFolder()
    const to = join(temporaryFolder(), 'backups')
    const log = openLogFile(join(data, 'event-bus.sqlite'))
    log.exec("UPDATE events SET event = replace(event, '7', '8') WHERE position = 8")
    log.close()
    await expect(backUp(data, to)).rejects.toThrow(/position 8/)
    expect(readdirSync(to).filter((name) => name.includes('logbook'))).toEqual([])
    const note = lastRun(join(data, 'event-bus.sqlite'), 'backup')
    expect(note).toEqual({ at: null, fault: expect.stringContaining('position 8') })
  })

  it('a backup of a whole Logbook is made though nothing can be written beside the log, and a failure says why', async () => {
    const data = await makeDataFolder()
    mkdirSync(join(data, 'event-bus.sqlite.backup.json.part'))
    const { folder, manifest } = await backUp(data, join(temporaryFolder(), 'backups'))
    await verifyFiles(folder, manifest)
    rmSync(join(data, 'accounts.sqlite'))
    await expect(backUp(data, join(temporaryFolder(), 'backups'))).rejects.toThrow(/no accounts answer/i)
  })

  it('a backup of a whole Logbook removes what one that was cut off left, and replaces none that is there', async () => {
    const data = await makeDataFolder()
    const to = join(temporaryFolder(), 'backups')
    mkdirSync(join(to, '.logbook-2026-11-28T12-00-00.000Z.part', 'media'), { recursive: true })
    mkdirSync(join(to, '.of-somebody.part'))
    await backUp(data, to)
    await expect(backUp(data, to)).rejects.toThrow(/is there already/)
    expect(readdirSync(to).filter((name) => name.endsWith('.part'))).toEqual(['.of-somebody.part'])
  })

  it('a backup of a whole Logbook refuses a path whose parent is missing, a file, and the data folder', async () => {
    const data = await makeDataFolder()
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), '')
    await expect(backUp(data, join(folder, 'mistyped', 'backups'))).rejects.toThrow(
      /There is no folder .*mistyped/,
    )
    expect(existsSync(join(folder, 'mistyped'))).toBe(false)
    await expect(backUp(data, join(folder, 'file'))).rejects.toThrow(/is not a folder/)
    await expect(backUp(data, join(data, 'backups'))).rejects.toThrow(/in the data folder/)
    await expect(backUp(join(folder, 'no-data'), join(folder, 'backups'))).rejects.toThrow(/There is no log/)
    rmSync(join(data, 'accounts.sqlite'))
    await expect(backUp(data, join(folder, 'backups'))).rejects.toThrow(/no accounts answer/i)
  })

  it('a backup that has no file of media where an earlier one has some says so, and removes no older one', async () => {
    const data = await makeDataFolder()
    const to = join(temporaryFolder(), 'backups')
    expect(await backUp(data, to)).toMatchObject({ mediaLost: 0 })
    rmSync(join(data, 'media'), { recursive: true })
    for (const at of [1_000, 2_000])
      expect(await backUp(data, to, { keep: 1, at })).toMatchObject({ mediaLost: 1, removed: [] })
    expect(lastRun(join(data, 'event-bus.sqlite'), 'backup').fault).toMatch(/has no file.*has 1/)
    mkdirSync(join(data, 'media'))
    writeFileSync(join(data, 'media', 'other.jpg'), 'of a marsh')
    expect((await backUp(data, to, { keep: 1, at: 3_000 })).removed).toHaveLength(3)
  })

  it('a backup of a whole Logbook with --keep leaves the newest so many, and nothing of others is touched', async () => {
    const data = await makeDataFolder()
    const to = join(temporaryFolder(), 'backups')
    mkdirSync(join(to, 'logbook-2020-01-01T00-00-00.000Z'), { recursive: true })
    for (const at of [1, 2, 3]) await backUp(data, to, { at })
    const { removed } = await backUp(data, to, { at: 4, keep: 2 })
    expect(removed).toEqual(['logbook-2026-11-29T12-00-00.001Z', 'logbook-2026-11-29T12-00-00.002Z'])
    expect(readdirSync(to).filter((name) => name.startsWith('logbook'))).toEqual([
      'logbook-2020-01-01T00-00-00.000Z',
      'logbook-2026-11-29T12-00-00.003Z',
      'logbook-2026-11-29T12-00-00.004Z',
    ])
  })

  it('a backup of a whole Logbook holds accounts that say nothing from after the end of its log, and have every key', async () => {
    const data = await makeDataFolder()
    await append(data, [
      { id: 'told', subject: 'user-bob', type: 'UserErased', data: { id: 'bob' } },
      {
        id: 'confirmed',
        subject: 'erasure-bob',
        type: 'ErasureConfirmed',
        data: { id: 'bob', service: 'query' },
      },
      { id: 'forged', subject: 'post-1', type: 'UserErased', data: { id: 'eve' } },
    ])
    keysOf(data, ['late'])
    withAccounts(data, (db) =>
      db.exec(`
        ALTER TABLE checkpoint ADD COLUMN checksum TEXT;
        INSERT INTO checkpoint (name, position, checksum) VALUES ('accounts', 99, 'of 99');
        INSERT INTO person_event VALUES ('ada', 3, 'a', 'Any'), ('ada', 24, 'b', 'Any');
        INSERT INTO announced (person_id, name, role) VALUES ('ada', 'Ada', 'reader');
        INSERT INTO erasure VALUES ('bob', 't', NULL, 1), ('eve', 't', NULL, 1);
        INSERT INTO erasure_confirmed VALUES ('bob', 'query', 't'), ('bob', 'posts', 't'), ('eve', 'query', 't')`),
    )
    const { folder, manifest } = await backUp(data, join(temporaryFolder(), 'backups'))
    const db = openReadOnly(join(folder, 'accounts.sqlite'))
    const rows = (sql: string) => db.prepare(sql).raw().all()
    expect(rows('SELECT position, checksum FROM checkpoint')).toEqual([[23, manifest.log.checksum]])
    expect(rows('SELECT position FROM person_event')).toEqual([[3]])
    expect(rows('SELECT * FROM announced')).toEqual([])
    expect(rows('SELECT person_id, announced FROM erasure')).toEqual([
      ['bob', 1],
      ['eve', 0],
    ])
    expect(rows('SELECT person_id, service FROM erasure_confirmed')).toEqual([['bob', 'query']])
    expect(rows('SELECT person_id FROM person_key')).toEqual([['ada'], ['late']])
    db.close()
  })

  it('a backup of a whole Logbook notes settings that are no secrets', () => {
    expect(
      settingsIn({
        BLOG_TITLE: 'Marsh',
        LOGBOOK_PUBLIC_URL: 'https://blog.test',
        SMTP_HOST: 'smtp.test',
        SMTP_USER: 'me',
        SMTP_PASSWORD: 'hush',
        MASTER_KEY: 'hush',
        LOGBOOK_SECRET_TOKEN: 'hush',
        PATH: '/bin',
      }),
    ).toEqual({ BLOG_TITLE: 'Marsh', LOGBOOK_PUBLIC_URL: 'https://blog.test', SMTP_HOST: 'smtp.test' })
  })
})
