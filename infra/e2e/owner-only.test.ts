import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { closeDataFolder } from '@logbook/chassis/files/owner-only.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../run/services.ts'
import { type Logbook, startLogbook } from './logbook.ts'

/** Each file and folder at and below a path whose group or others may do anything with it. */
const openToOthers = async (path: string): Promise<string[]> => {
  const entries = await readdir(path, { recursive: true })
  const all = ['.', ...entries]
  const modes = await Promise.all(all.map(async (name) => ({ name, ...(await stat(join(path, name))) })))
  return modes.filter(({ mode }) => mode & 0o077).map(({ name }) => name)
}

describe('what a Logbook keeps', () => {
  let logbook: Logbook
  let folder: string
  const before = process.umask(0o022)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'logbook-owner-'))
    await chmod(folder, 0o755)
    // As an earlier version left it.
    await writeFile(join(folder, 'posts.sqlite'), '', { mode: 0o644 })
    await mkdir(join(folder, 'outbox'), { mode: 0o755 })
    await writeFile(join(folder, 'outbox', 'old.eml'), '', { mode: 0o644 })
    closeDataFolder(folder)
    process.env.SMTP_PASSWORD = 'for-accounts-alone'
    logbook = await startLogbook({ dataFolder: folder, services: ['event-bus', 'accounts', 'posts'] })
  })
  afterAll(async () => {
    process.umask(before)
    delete process.env.SMTP_PASSWORD
    await logbook.close()
    await rm(folder, { recursive: true })
  })

  const run = (program: string, args: readonly string[]) =>
    promisify(execFile)(process.execPath, [program, ...args], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        LOGBOOK_DATA: folder,
        LOGBOOK_ACCOUNTS_PORT: String(logbook.place.ports.accounts),
      },
    })

  it('a data folder has no file that group or others may read, backups and exports included', async () => {
    await mkdir(join(folder, 'copies'), { mode: 0o700 })
    await run('event-bus/src/tool/main.ts', ['backup', join(folder, 'copies', 'log.sqlite')])
    await run('event-bus/src/tool/main.ts', ['export', join(folder, 'copies', 'log.ndjson')])
    await run('accounts/src/tool/main.ts', ['backup', join(folder, 'copies', 'accounts.sqlite')])
    expect((await readdir(join(folder, 'copies'))).sort()).toEqual([
      'accounts.sqlite',
      'log.ndjson',
      'log.sqlite',
    ])
    expect(await openToOthers(folder)).toEqual([])
  })

  it.runIf(process.platform === 'linux')('tells a service no secret of another', async () => {
    const told = async (name: 'accounts' | 'posts') =>
      (await readFile(`/proc/${logbook.pid(name)}/environ`, 'utf8')).includes('for-accounts-alone')
    expect([await told('accounts'), await told('posts')]).toEqual([true, false])
  })
})
