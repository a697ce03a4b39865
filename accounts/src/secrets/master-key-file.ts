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

/** The key itself, as an environment variable has it, or the file that holds it. */
export type MasterKeySource = { key: string } | { file: string }

const ownerOnly = 0o600
const folderOwnerOnly = 0o700

/** Decodes a key of 32 bytes from base64url or base64. */
const parse = (text: string): Buffer | undefined => {
  const key = Buffer.from(text.trim(), 'base64url')
  return key.length === keyBytes ? key : undefined
}

/** Writes a new key to a file, atomically, and never over an existing one. */
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

/** False for a mounted secret, whose mode can't be changed. */
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

/** The present key of a source, or why there is none. Creates a missing file where `mayMake`. */
export const presentKey = (source: MasterKeySource, { mayMake }: { mayMake: boolean }): Buffer | string => {
  if ('key' in source) return parse(source.key) ?? 'MASTER_KEY is not 32 bytes in base64url'
  return mayMake && !existsSync(source.file) ? make(source.file) : readKeyFile(source.file)
}

/** The file of the next key during a rotation. */
export const nextFileOf = (file: string): string => `${file}.next`

/** The next key of a rotation. Uses the one that an interrupted rotation left, or creates one. */
export const nextKey = (file: string): Buffer => {
  const next = nextFileOf(file)
  const there = existsSync(next) ? readKeyFile(next) : make(next)
  if (typeof there !== 'string') return there
  // It is not a valid key, so nothing is wrapped with it.
  rmSync(next)
  return make(next)
}

/** Replaces the present key by the next one, atomically. */
export const promoteNextKey = (file: string): void => {
  renameSync(nextFileOf(file), file)
  syncPath(dirname(file))
}
