import type { Dirent } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { namesOf, namesOfPrefix } from './keys.ts'
import { limits } from './limits.ts'

/*
 * How keys become paths. No character below may stand in a key, so a folder never has the name of a file, and each path has one key:
 *   <name>+   the folder of a name that others follow
 *   =<xx>     a shard: long names that end in the same two characters. Ids begin with a time, so their ends are spread evenly
 *   ~…        anything but objects
 */
const folderMark = '+'
const shardMark = '='

const shardOf = (name: string): string[] =>
  name.length < limits.shardedNameCharsMin ? [] : [`${shardMark}${name.slice(-2)}`]

const folderOf = (names: readonly string[]): string[] =>
  names.flatMap((name) => [...shardOf(name), `${name}${folderMark}`])

/** The path of the object of a key in `root`. Throws a TypeError for an invalid key. */
export const pathOf = (root: string, key: string): string => {
  const names = namesOf(key)
  const last = names.pop() ?? ''
  return join(root, ...folderOf(names), ...shardOf(last), last)
}

const hasEnded = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

const entriesOf = async function* (folder: string): AsyncGenerator<Dirent> {
  try {
    for await (const entry of await opendir(folder)) yield entry
  } catch (error) {
    if (!hasEnded(error)) throw error
  }
}

const walk = async function* (
  folder: string,
  before: string,
  beginning: string,
): AsyncGenerator<{ key: string; path: string }> {
  for await (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && entry.name.startsWith(shardMark)) yield* walk(path, before, beginning)
    else if (!entry.name.startsWith(beginning)) continue
    else if (entry.isFile()) yield { key: `${before}${entry.name}`, path }
    else if (entry.isDirectory() && entry.name.endsWith(folderMark))
      yield* walk(path, `${before}${entry.name.slice(0, -1)}/`, '')
  }
}

/** Lists the objects whose key begins with `prefix`. Files created or deleted meanwhile may be missing or included. */
export const pathsWith = (root: string, prefix: string): AsyncGenerator<{ key: string; path: string }> => {
  const { folders, beginning } = namesOfPrefix(prefix)
  return walk(join(root, ...folderOf(folders)), folders.map((name) => `${name}/`).join(''), beginning)
}
