import type { Dirent } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { namesOf, namesOfPrefix } from './keys.ts'
import { limits } from './limits.ts'

/*
 * How keys become paths. No character below may stand in a key, so a folder never has the name of a file, and each path has one key:
 *   <name>+   the folder of a name that others follow
 *   =<xx>     a shard: long names that end in the same two characters. Ids begin with a time, so their ends are spread evenly
 *   ~…        what is no object
 */
const folderMark = '+'
const shardMark = '='

const shardOf = (name: string): string[] =>
  name.length < limits.shardedNameCharsMin ? [] : [`${shardMark}${name.slice(-2)}`]

const folderOf = (names: readonly string[]): string[] =>
  names.flatMap((name) => [...shardOf(name), `${name}${folderMark}`])

/** Where the object of a key lies in `root`. Throws a TypeError for what is no key. */
export const pathOf = (root: string, key: string): string => {
  const names = namesOf(key)
  const last = names.pop() ?? ''
  return join(root, ...folderOf(names), ...shardOf(last), last)
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

const entriesOf = async function* (folder: string): AsyncGenerator<Dirent> {
  try {
    for await (const entry of await opendir(folder)) yield entry
  } catch (error) {
    if (!isGone(error)) throw error
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

/** Every object whose key begins with `prefix`. Files that come or go meanwhile may be told or not. */
export const pathsWith = (root: string, prefix: string): AsyncGenerator<{ key: string; path: string }> => {
  const { folders, beginning } = namesOfPrefix(prefix)
  return walk(join(root, ...folderOf(folders)), folders.map((name) => `${name}/`).join(''), beginning)
}
