import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openFolder } from '../jekyll/read-folder.ts'
import { collect } from './collect.ts'
import { withFolder } from './make-export.ts'

export const now = new Date('2026-01-01T00:00:00Z')
export const good = '---\ntitle: Good\n---\nText.\n'

/** Contents by path within the folder. */
export type Files = Readonly<Record<string, string | Uint8Array>>

export const write = async (folder: string, files: Files) => {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}
/** Reads a Jekyll folder of these files. */
export const read = (files: Files) =>
  withFolder(async (folder) => {
    await write(folder, files)
    return collect(await openFolder({ folder, now }))
  })
/** A Staticman comment with these fields besides the usual ones. */
export const comment = (fields: Readonly<Record<string, string>> = {}) =>
  Object.entries({ name: 'Jo', message: 'Hi', date: '2020-01-01T00:00:00Z', ...fields })
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('')
