import { execFile } from 'node:child_process'
import { chmodSync, chownSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import { beforeEach, describe, expect, it } from 'vitest'

const isRoot = process.getuid?.() === 0
const somebody = 65_534
let folder: string

/** What a process without root's rights says when it opens the files. */
const said = async (): Promise<string> => {
  const script = join(import.meta.dirname, 'fixtures/open-files.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder], {
    ...(isRoot ? { uid: somebody, gid: somebody } : {}),
    env: { ...process.env, NODE_COMPILE_CACHE: '' },
  })
  return stdout
}

beforeEach(async () => {
  folder = temporaryFolder()
  await openLog(join(folder, 'log.sqlite')).close()
  openSubscriptions(join(folder, 'subscriptions.sqlite')).close()
  if (!isRoot) return
  for (const path of [folder, ...readdirSync(folder).map((name) => join(folder, name))])
    chownSync(path, somebody, somebody)
})

describe('missing rights to files', () => {
  it('files with all rights are opened', async () => {
    expect(await said()).toBe('')
  })

  it('files in a read-only folder are refused with the name of the folder', async () => {
    chmodSync(folder, 0o500)
    expect(await said()).toMatch(
      new RegExp(`StartRefused: The folder ${folder} can not be written to by user \\d+: .* mode is 0500`),
    )
    chmodSync(folder, 0o700)
  })

  it.each(['log.sqlite', 'log.sqlite-wal', 'log.sqlite.writer', 'subscriptions.sqlite'])(
    'a bus without the right to %s is refused with its name',
    async (name) => {
      const file = join(folder, name)
      writeFileSync(file, '', { flag: 'a' })
      chmodSync(file, 0)
      if (isRoot) chownSync(file, 0, 0)
      const text = await said()
      expect(text).toMatch(new RegExp(`StartRefused: ${file} can not be (read|written) by user \\d+`))
      expect(text).not.toContain('another process')
    },
  )
})
