import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { viewNames } from '../run/services.ts'

const companion = /-(wal|shm|journal)$/

/** All files of views in these folders: of what answers, of what is being rebuilt, and what SQLite keeps beside them. */
export const viewFilesIn = (folders: readonly string[]): string[] =>
  folders.flatMap((folder) =>
    readdirSync(folder)
      .filter(
        (name) => viewNames.some((view) => name.startsWith(`${view}.sqlite`)) && !name.includes('.before-'),
      )
      .sort()
      .map((name) => join(folder, name)),
  )

/** Moves the files of views aside, each to its name with `suffix` behind it. Returns the new names, without what SQLite keeps beside them. */
export const setViewsAside = (folders: readonly string[], suffix: string): string[] =>
  viewFilesIn(folders).flatMap((file) => {
    const [ending = ''] = companion.exec(file) ?? []
    const kept = `${file.slice(0, file.length - ending.length)}${suffix}${ending}`
    renameSync(file, kept)
    return ending === '' ? [kept] : []
  })
