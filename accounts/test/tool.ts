import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { type Booted, tokens } from './boot.ts'

const main = join(import.meta.dirname, '../src/tool/main.ts')

/** The command as a person runs it, beside the accounts of a data folder. */
export const runTool = (
  args: readonly string[],
  { folder, url }: Pick<Booted, 'folder' | 'url'>,
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number; stdout: string; stderr: string }> => {
  mkdirSync(join(folder, 'tokens'), { recursive: true })
  writeFileSync(join(folder, 'tokens', 'operator'), `${tokens.operator}\n`)
  return new Promise((resolve) => {
    const settings = { LOGBOOK_DATA: folder, LOGBOOK_ACCOUNTS_PORT: new URL(url).port }
    const options = { env: { ...process.env, ...settings, ...env } }
    const child = execFile(process.execPath, [main, ...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

export const newFolder = (): string => {
  const folder = temporaryFolder()
  return folder
}
