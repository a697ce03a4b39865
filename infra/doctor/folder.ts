import { existsSync, readdirSync, type Stats, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { runnerOf } from '../run/folder-lock.ts'
import type { FolderFacts } from './facts.ts'
import { limits } from './limits.ts'

const modeOf = ({ mode }: Stats): string => (mode & 0o777).toString(8).padStart(4, '0')

const faultOf = (path: string, stats: Stats, owner: number | undefined): string | undefined => {
  if (owner !== undefined && stats.uid !== owner)
    return `${path} belongs to user ${stats.uid}, the folder to user ${owner}.`
  if ((stats.mode & 0o077) !== 0 && process.platform !== 'win32')
    return `${path} can be read or changed by others: its mode is ${modeOf(stats)}.`
  return undefined
}

/** The files of a folder, with those below; `filesMax` at most. */
const filesIn = (folder: string): { path: string; stats: Stats }[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .slice(0, limits.filesMax)
    .flatMap((name) => {
      const path = join(folder, name)
      // What is gone since was a draft or a journal.
      const stats = statSync(path, { throwIfNoEntry: false })
      return stats?.isFile() ? [{ path, stats }] : []
    })

/** What is missing beside what is there. */
const missingIn = (folder: string, env: NodeJS.ProcessEnv): string[] => {
  const has = (name: string) => existsSync(join(folder, name))
  const hasKey = has('secrets/master-key') || env.MASTER_KEY_FILE || env.MASTER_KEY
  return [
    ...(has('accounts.sqlite') && !hasKey
      ? [`${join(folder, 'secrets/master-key')} is missing: without it nothing that is sealed can be read.`]
      : []),
    ...(has('query.sqlite') && !has('event-bus.sqlite')
      ? [`${join(folder, 'event-bus.sqlite')} is missing, and views were built from it.`]
      : []),
  ]
}

/** Looks at the data folder, and changes nothing in it. */
export const lookAtFolder = (path: string, env: NodeJS.ProcessEnv): FolderFacts => {
  const nothing = { path, exists: false, runner: undefined, files: 0, bytes: 0, freeBytes: 0, faults: [] }
  if (!existsSync(path)) return nothing
  try {
    const { bavail, bsize } = statfsSync(path)
    const owner = process.platform === 'win32' ? undefined : statSync(path).uid
    const files = filesIn(path)
    const wrong = files.flatMap(({ path: file, stats }) => faultOf(file, stats, owner) ?? [])
    return {
      path,
      exists: true,
      runner: runnerOf(path),
      files: files.length,
      bytes: files.reduce((sum, { stats }) => sum + stats.size, 0),
      freeBytes: bavail * bsize,
      faults: [...wrong, ...missingIn(path, env)],
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { ...nothing, exists: true, faults: [`The data folder can't be read: ${why}.`] }
  }
}
