import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Problem } from '@logbook/chassis/problem.ts'
import type { Database } from '@logbook/chassis/sqlite.ts'

/** Wraps the keys that stand in the accounts file, which is worth nothing without it. */
export interface MasterKey {
  /** Why the keys of people can't be had, or null. */
  readonly fault: string | null
  /** AES-256-GCM, bound to what it is for. Both throw `unavailable` while there is a fault. */
  wrap(plain: Uint8Array, purpose: string): Buffer
  unwrap(wrapped: Uint8Array, purpose: string): Buffer
  /** 32 bytes for another use. While there is a fault they are good until this process ends. */
  derive(purpose: string): Buffer
}

const keyBytes = 32
const ivBytes = 12
const tagBytes = 16
const ownerOnly = 0o600
const folderOwnerOnly = 0o700
const checked = 'logbook'

const seal = (key: Uint8Array, plain: Uint8Array, purpose: string): Buffer => {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose))
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

const open = (key: Uint8Array, wrapped: Uint8Array, purpose: string): Buffer => {
  const bytes = Buffer.from(wrapped)
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(-tagBytes))
  return Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()])
}

/** The key that a text stands for: 32 bytes in base64url or base64. */
const parse = (text: string): Buffer | undefined => {
  const key = Buffer.from(text.trim(), 'base64url')
  return key.length === keyBytes ? key : undefined
}

/** Gives the file its name once it is whole and never takes one away. */
const make = (file: string): Buffer => {
  mkdirSync(dirname(file), { recursive: true, mode: folderOwnerOnly })
  const key = randomBytes(keyBytes)
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${key.toString('base64url')}\n`, { mode: ownerOnly, flush: true })
  try {
    linkSync(draft, file)
  } finally {
    rmSync(draft, { force: true })
  }
  return key
}

export type MasterKeySource = { key: string } | { file: string }

const found = (source: MasterKeySource, { mayMake }: { mayMake: boolean }): Buffer | string => {
  if ('key' in source) return parse(source.key) ?? 'MASTER_KEY is not 32 bytes in base64url'
  if (!existsSync(source.file))
    return mayMake ? make(source.file) : 'the master key is missing: put its file back, or restore a copy'
  if (process.platform !== 'win32' && isOwn(source.file)) chmodSync(source.file, ownerOnly)
  return (
    parse(readFileSync(source.file, 'utf8')) ??
    'the file of the master key does not hold 32 bytes in base64url'
  )
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

/**
 * The master key, made where neither it nor anything wrapped with it exists yet. One that is missing or another one leaves a
 * service that runs, says so, and gives no key away.
 */
export const openMasterKey = ({ db, source }: { db: Database; source: MasterKeySource }): MasterKey => {
  const check = db.prepare<[], Buffer>('SELECT wrapped FROM master_check').pluck().get()
  const key = found(source, { mayMake: check === undefined })
  if (typeof key === 'string') return broken(key)
  if (check === undefined)
    db.prepare('INSERT INTO master_check (one, wrapped) VALUES (1, ?)').run(
      seal(key, Buffer.from(checked), 'check'),
    )
  else
    try {
      open(key, check, 'check')
    } catch {
      return broken('the master key is not the one that these accounts were kept with')
    }
  return {
    fault: null,
    wrap: (plain, purpose) => seal(key, plain, purpose),
    unwrap: (wrapped, purpose) => open(key, wrapped, purpose),
    derive: (purpose) => derived(key, purpose),
  }
}

const derived = (key: Uint8Array, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `logbook ${purpose}`, keyBytes))

const broken = (fault: string): MasterKey => {
  const passing = randomBytes(keyBytes)
  const refuse = (): never => {
    throw new Problem('unavailable', { detail: `The keys of people can't be had: ${fault}.`, retryAfter: 30 })
  }
  return { fault, wrap: refuse, unwrap: refuse, derive: (purpose) => derived(passing, purpose) }
}
