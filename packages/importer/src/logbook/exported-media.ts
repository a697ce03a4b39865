import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entry } from '../entry.ts'
import {
  decodedPath,
  type ImportPicture,
  nameOfFile,
  type PictureFinder,
  toAlt,
} from '../pictures/picture.ts'
import type { MediumFields } from './fields.ts'

/** The path of what an export says of a file. */
export const mediumDataPath = /^_data\/media\/[0-9a-f-]{36}\.yml$/
export const mediaFolder = 'media/'

interface ExportedMedia extends PictureFinder {
  /** Files without what is said of them, and the other way round; and each file as what is left where pictures stay. */
  left: readonly Entry[]
}

const address = /^(?:\.\.)?\/media\/([^/?#]+)(?:#.*)?$/

/**
 * The media of an export, each with the id that it had. `said` are what the export says of its files, `paths` are those below
 * `media/`. A file that is a link is none.
 */
export const openExportedMedia = async (
  folder: string,
  { said, paths }: { said: readonly { path: string; fields: MediumFields }[]; paths: Iterable<string> },
): Promise<ExportedMedia> => {
  const files = new Map<string, string>()
  for (const path of paths)
    if ((await lstat(join(folder, path))).isFile())
      files.set(path.slice(mediaFolder.length).normalize('NFC'), path)
  const byFile = new Map<string, { where: string; item: ImportPicture }>()
  const left: Entry[] = []
  for (const { path, fields } of said) {
    const { id, name, alt, focus } = fields
    const file = fields.file.normalize('NFC')
    const where = files.get(file)
    if (where === undefined)
      left.push({ type: 'refused', kind: 'picture', where: path, reason: 'its file is not in the folder' })
    else {
      const from = { file: join(folder, where) }
      byFile.set(file, { where, item: { id, name: nameOfFile(name), alt: toAlt(alt), focus, from } })
      left.push({
        ...{ type: 'skipped', kind: 'other', where, picture: id },
        reason: 'is a picture or file, which stays where it is',
      })
    }
    files.delete(file)
  }
  for (const where of files.values())
    left.push({ type: 'skipped', kind: 'other', where, reason: 'is no file of an export' })
  return {
    left,
    find: (written) => byFile.get(decodedPath(address.exec(written)?.[1] ?? ''))?.item,
    all: () => byFile.values(),
  }
}
