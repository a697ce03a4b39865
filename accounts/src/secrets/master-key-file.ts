import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { syncPath } from '@logbook/chassis/files/sync-path.ts'
import { keyBytes } from './seal.ts'

/** The key itself, as an environment holds it, or the file that it stands in. */
export type MasterKeySource = { key: string } | { file: string }

const ownerOnly = 0o600
const folderOwnerOnly = 0o700

/** The key that a text stands for: 32 bytes in base64url or base64. */
const parse = (text: string): Buffer | undefined => {
  const key = Buffer.from(text.trim(), 'base64url')
  return key.length === keyBytes ? key : undefined
}

/** A new key in a file that gets its name once it is whole, and never takes the place of another. */
const make = (file: string): Buffer => {
  mkdirSync(dirname(file), { recursive: true, mode: folderOwnerOnly })
  const key = randomBytes(keyBytes)
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${key.toString('base64url')}\n`, { mode: ownerOnly, flush: true })
  try {
    linkSync(draft, file)
    syncPath(dirname(file))
  } finally {
    rmSync(draft, { force: true })
  }
  return key
}

/** A mounted secret is not ours to change. */
const isOwn = (file: string): boolean => {
  try {
    writeFileSync(file, '', { flag: 'a' })
    return true
  } catch {
    return false
  }
}

/** The key in a file, or why there is none. */
export const readKeyFile = (file: string): Buffer | string => {
  if (!existsSync(file)) return 'the master key is missing: put its file back, or restore a copy'
  if (process.platform !== 'win32' && isOwn(file)) chmodSync(file, ownerOnly)
  return parse(readFileSync(file, 'utf8')) ?? 'the file of the master key does not hold 32 bytes in base64url'
}

/** The present key of a source, or why there is none. A file that is not there yet is made where `mayMake`. */
export const presentKey = (source: MasterKeySource, { mayMake }: { mayMake: boolean }): Buffer | string => {
  if ('key' in source) return parse(source.key) ?? 'MASTER_KEY is not 32 bytes in base64url'
  return mayMake && !existsSync(source.file) ? make(source.file) : readKeyFile(source.file)
}

/** Where the next key lies while keys are wrapped anew with it. */
export const nextFileOf = (file: string): string => `${file}.next`

/** The next key, made if there is none: one that lies there from a rotation that was cut off is taken up. */
export const nextKey = (file: string): Buffer => {
  const next = nextFileOf(file)
  const there = existsSync(next) ? readKeyFile(next) : make(next)
  if (typeof there !== 'string') return there
  // Nothing can be wrapped with what is no key.
  rmSync(next)
  return make(next)
}

/** Puts the next key in the place of the present one, in one step. */
export const promoteNextKey = (file: string): void => {
  renameSync(nextFileOf(file), file)
  syncPath(dirname(file))
}
