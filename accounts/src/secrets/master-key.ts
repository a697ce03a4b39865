import { hkdfSync, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import {
  type MasterKeySource,
  nextFileOf,
  presentKey,
  promoteNextKey,
  readKeyFile,
} from './master-key-file.ts'
import { keyBytes, seal, unseal } from './seal.ts'

/** Wraps the keys in the accounts file, which can't be read without it. */
export interface MasterKey {
  /** Why keys can't be unwrapped, or null. */
  readonly fault: string | null
  /** AES-256-GCM, bound to a purpose. Both throw `unavailable` while there is a fault. */
  wrap(plain: Uint8Array, purpose: string): Buffer
  unwrap(wrapped: Uint8Array, purpose: string): Buffer
  /** 32 bytes for another purpose, which survive a rotation of the master key. While there is a fault, they last as long as the process. */
  secret(purpose: string): Buffer
}

const checked = Buffer.from('logbook')
export const checkPurpose = 'check'
export const secretPurpose = (purpose: string): string => `secret ${purpose}`

/** Proves which master key a file was written with; undefined in a new file. */
const checkOf = (db: Database): Buffer | undefined =>
  db.prepare<[], Buffer>('SELECT wrapped FROM master_check').pluck().get()

/** True for the key that a file was written with. */
const opens = (key: Uint8Array, check: Uint8Array): boolean => {
  try {
    return unseal(key, check, checkPurpose).equals(checked)
  } catch {
    return false
  }
}

/** The key that a file was written with, in its file or as the next key of a rotation, or why it can't be read. Changes nothing. */
export const keyAtHand = (
  db: Database,
  source: MasterKeySource,
): { key: Buffer; isNext: boolean } | string => {
  const check = checkOf(db)
  const present = presentKey(source, { mayMake: false })
  if (typeof present !== 'string' && (check === undefined || opens(present, check)))
    return { key: present, isNext: false }
  if (check !== undefined && 'file' in source && existsSync(nextFileOf(source.file))) {
    const next = readKeyFile(nextFileOf(source.file))
    if (typeof next !== 'string' && opens(next, check)) return { key: next, isNext: true }
  }
  return typeof present === 'string'
    ? present
    : 'the master key is not the one that this accounts file was written with'
}

/**
 * Like `keyAtHand`, but creates the key where neither it nor anything wrapped with it exists. Completes a rotation that a crash cut off
 * after the keys were rewrapped: the next key replaces the present one.
 */
export const keyOf = (db: Database, source: MasterKeySource): Buffer | string => {
  if (checkOf(db) === undefined) return presentKey(source, { mayMake: true })
  const found = keyAtHand(db, source)
  if (typeof found === 'string') return found
  if (found.isNext && 'file' in source) promoteNextKey(source.file)
  return found.key
}

/**
 * Opens the master key, and creates it where neither it nor anything wrapped with it exists. Where it is missing or another one,
 * the result has a `fault`: the service runs and reports it, but returns no keys.
 */
export const openMasterKey = ({ db, source }: { db: Database; source: MasterKeySource }): MasterKey => {
  const key = keyOf(db, source)
  if (typeof key === 'string') return broken(key)
  if (checkOf(db) === undefined)
    db.prepare('INSERT INTO master_check (one, wrapped) VALUES (1, ?)').run(seal(key, checked, checkPurpose))
  const find = db.prepare<[string], Buffer>('SELECT wrapped FROM kept_secret WHERE purpose = ?').pluck()
  const keep = db.prepare<[string, Buffer]>('INSERT INTO kept_secret (purpose, wrapped) VALUES (?, ?)')
  return {
    fault: null,
    wrap: (plain, purpose) => seal(key, plain, purpose),
    unwrap: (wrapped, purpose) => unseal(key, wrapped, purpose),
    secret(purpose) {
      const kept = find.get(purpose)
      if (kept !== undefined) return unseal(key, kept, secretPurpose(purpose))
      const made = derived(key, purpose)
      keep.run(purpose, seal(key, made, secretPurpose(purpose)))
      return made
    },
  }
}

const derived = (key: Uint8Array, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `logbook ${purpose}`, keyBytes))

const broken = (fault: string): MasterKey => {
  const passing = randomBytes(keyBytes)
  const refuse = (): never => {
    throw new Problem('unavailable', {
      detail: `The keys of people are not available: ${fault}.`,
      retryAfter: 30,
    })
  }
  return { fault, wrap: refuse, unwrap: refuse, secret: (purpose) => derived(passing, purpose) }
}
