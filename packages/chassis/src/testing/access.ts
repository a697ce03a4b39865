import { accessToken, type Caller, operator, type Person, type Role } from '@logbook/contracts/identity.ts'
import { createLocalJWKSet, exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose'
import { digestsOf, servicesBy } from '../access/service-tokens.ts'
import { createVerify, type Verify } from '../access/verify.ts'
import type { Clock } from '../clock.ts'

/** What may be wrong with a token. */
export type Flaw = 'expired' | 'other-key' | 'tampered'

/** Tokens for tests, of keys that nothing else knows. They do not grow old: the clock of `verify` stands still. */
export interface TestAccess {
  verify: Verify
  /** The public keys, as accounts would publish them. */
  keySet: JSONWebKeySet
  /** The Authorization header of a caller; undefined for an anonymous caller. */
  header(caller: Caller, flaw?: Flaw): Promise<string | undefined>
}

const id = (last: number) => `0000000b-0000-7000-8000-${String(last).padStart(12, '0')}`

export const person = (role: Role, number: number): Person => ({
  kind: 'person',
  id: id(number),
  role,
  name: `The ${role}`,
})

/** One of each kind. */
export const callers = {
  nobody: { kind: 'nobody' },
  guest: { kind: 'guest', id: id(1) },
  otherGuest: { kind: 'guest', id: id(2) },
  reader: person('reader', 3),
  author: person('author', 4),
  otherAuthor: person('author', 5),
  moderator: person('moderator', 6),
  owner: person('owner', 7),
  operator: { kind: 'service', name: operator },
} as const satisfies Record<string, Caller>

/** What a service, or the operator, shows. */
export const serviceToken = (name: string): string => `the-token-of-the-service-${name}`
/** The header of the operator, who holds the data folder. */
export const operatorHeader = { Authorization: `Bearer ${serviceToken(operator)}` }
const expiredByMs = 10 * 60_000

const tamperedWith = (token: string): string => {
  const [head = '', body = '', signature = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
  Object.assign(claims, { kind: 'person', role: 'owner', name: 'Somebody else' })
  return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
}

/** `services` are the names of those whose tokens are known, the operator's always. */
export const testAccess = async ({
  services = [],
  keyId = 'a-key-of-tests',
}: {
  services?: readonly string[]
  keyId?: string
} = {}): Promise<TestAccess> => {
  const [own, other] = await Promise.all([
    generateKeyPair(accessToken.algorithm, { extractable: true }),
    generateKeyPair(accessToken.algorithm),
  ])
  const now = new Date()
  const clock: Clock = { now: () => now, steady: () => now.getTime() }
  const keySet = {
    keys: [{ ...(await exportJWK(own.publicKey)), kid: keyId, alg: accessToken.algorithm, use: 'sig' }],
  }
  const known = Object.fromEntries([operator, ...services].map((name) => [name, serviceToken(name)]))

  const signed = ({ id: sub, ...claims }: Exclude<Caller, { kind: 'nobody' | 'service' }>, flaw?: Flaw) => {
    const issued = Math.floor((now.getTime() - (flaw === 'expired' ? expiredByMs : 0)) / 1_000)
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: accessToken.algorithm, kid: keyId })
      .setSubject(sub)
      .setIssuer(accessToken.issuer)
      .setAudience(accessToken.audience)
      .setIssuedAt(issued)
      .setExpirationTime(issued + accessToken.secondsMax)
      .sign(flaw === 'other-key' ? other.privateKey : own.privateKey)
  }

  return {
    keySet,
    verify: createVerify({ keys: createLocalJWKSet(keySet), serviceOf: servicesBy(digestsOf(known)), clock }),
    async header(caller, flaw) {
      if (caller.kind === 'nobody') return undefined
      if (caller.kind === 'service') return `Bearer ${serviceToken(caller.name)}`
      const token = await signed(caller, flaw)
      return `Bearer ${flaw === 'tampered' ? tamperedWith(token) : token}`
    },
  }
}
