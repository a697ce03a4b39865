import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose'
import { limits } from '../limits.ts'
import type { MasterKey } from './master-key.ts'

export interface SigningKeys {
  /** Signs a JWT of the claims with the key in use. */
  sign(claims: JWTPayload): Promise<string>
  /** The public keys of all tokens that may be in use, and of the next key. */
  jwks(): { keys: JWK[] }
  /** Creates the next key before the present one expires, and deletes keys whose tokens have all expired. */
  rotate(): Promise<void>
}

interface Row {
  kid: string
  public: string
  wrapped: Buffer
  active_from: string
}
interface Key {
  kid: string
  publicJwk: JWK
  privateKey: CryptoKey
  activeFrom: number
}

const alg = 'EdDSA'
const lifeMs = limits.signingKeyDaysMax * 24 * 3_600_000
const overlapMs = limits.signingKeyOverlapMinutes * 60_000

/** Ed25519 keys with automatic rotation. Where the master key is missing, keys live as long as the process. */
export const openSigningKeys = async ({
  db,
  master,
  clock,
}: {
  db: Database
  master: MasterKey
  clock: Clock
}): Promise<SigningKeys> => {
  const all = db.prepare<[], Row>('SELECT kid, public, wrapped, active_from FROM signing_key')
  const insert = db.prepare<[string, string, Buffer, string]>(
    'INSERT INTO signing_key (kid, public, wrapped, active_from) VALUES (?, ?, ?, ?)',
  )
  const remove = db.prepare<[string]>('DELETE FROM signing_key WHERE kid = ?')
  const postpone = db.prepare<[string, string]>('UPDATE signing_key SET active_from = ? WHERE kid = ?')
  const now = () => clock.steady()

  const opened = async (row: Row): Promise<Key> => {
    const jwk: JWK = JSON.parse(master.unwrap(row.wrapped, row.kid).toString())
    const privateKey = await importJWK(jwk, alg)
    if (privateKey instanceof Uint8Array) throw new TypeError('a signing key must be a key pair')
    return {
      kid: row.kid,
      publicJwk: JSON.parse(row.public),
      privateKey,
      activeFrom: Date.parse(row.active_from),
    }
  }

  const make = async (activeFrom: number): Promise<Key> => {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
    const bare = await exportJWK(publicKey)
    const kid = await calculateJwkThumbprint(bare)
    const publicJwk = { ...bare, kid, alg, use: 'sig' }
    if (master.fault === null) {
      const wrapped = master.wrap(Buffer.from(JSON.stringify(await exportJWK(privateKey))), kid)
      insert.run(kid, JSON.stringify(publicJwk), wrapped, new Date(activeFrom).toISOString())
    }
    return { kid, publicJwk, privateKey, activeFrom }
  }

  let keys = master.fault === null ? await Promise.all(all.all().map(opened)) : []
  const newest = () =>
    keys.reduce<Key | undefined>((a, b) => (a && a.activeFrom > b.activeFrom ? a : b), undefined)
  /** The newest active key; where the clock is behind all of them, the oldest, which other services have had for longest. */
  const current = (): Key | undefined => {
    const inUse = keys.filter(({ activeFrom }) => activeFrom <= now())
    if (inUse.length > 0) return inUse.reduce((a, b) => (a.activeFrom > b.activeFrom ? a : b))
    return keys.reduce<Key | undefined>((a, b) => (a && a.activeFrom <= b.activeFrom ? a : b), undefined)
  }

  /** No key is created to become active later than after one overlap. One that says so was made while the clock was ahead. */
  const clampActivation = () => {
    for (const key of keys) {
      if (key.activeFrom <= now() + overlapMs) continue
      key.activeFrom = now() + overlapMs
      postpone.run(new Date(key.activeFrom).toISOString(), key.kid)
    }
  }

  const rotate = async () => {
    clampActivation()
    const next = newest()
    if (current() === undefined) keys.push(await make(now()))
    else if (next && now() > next.activeFrom + lifeMs) keys.push(await make(now() + overlapMs))
    const used = current()
    if (used === undefined || now() < used.activeFrom + overlapMs) return
    for (const { kid, activeFrom } of keys) if (activeFrom < used.activeFrom) remove.run(kid)
    keys = keys.filter(({ activeFrom }) => activeFrom >= used.activeFrom)
  }

  await rotate()
  return {
    async sign(claims) {
      const key = current()
      if (key === undefined) throw new Error('there is always a key in use')
      return new SignJWT(claims).setProtectedHeader({ alg, kid: key.kid, typ: 'JWT' }).sign(key.privateKey)
    },
    jwks: () => ({ keys: keys.map(({ publicJwk }) => publicJwk) }),
    rotate,
  }
}
