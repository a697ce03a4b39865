import { z } from 'zod'
import { bounds } from './bounds.ts'
import type { Doer } from './events/doer.ts'
import { entityId } from './text.ts'

/** What an account may be. A guest has none of these: it is no account. */
export const roles = ['reader', 'moderator', 'author', 'owner'] as const
export const role = z.enum(roles)
export type Role = z.infer<typeof role>

/** Someone with an account. `scopes` limit a script's token to the services that they name; `all` is every one. */
export interface Person {
  kind: 'person'
  id: string
  role: Role
  name: string
  scopes?: readonly string[]
  /** The session or API token that the access token was given for: with it ends what accounts does for this caller. */
  via?: string
}

/** Who makes a request, as a service sees it once it has verified what was shown. */
export type Caller =
  | { kind: 'nobody' }
  | { kind: 'guest'; id: string }
  | Person
  | { kind: 'service'; name: string }

/** True for a person who judges comments. */
export const mayModerate = (caller: Caller): boolean =>
  caller.kind === 'person' && (caller.role === 'moderator' || caller.role === 'owner')

/** The person behind a command, for its event; null for a service. */
export const doerOf = (caller: Caller): Doer | null =>
  caller.kind === 'person' ? { id: caller.id, name: caller.name } : null

/** The token of a minute that accounts signs, the gateway sends and each service verifies: a JWT. */
export const accessToken = {
  issuer: 'logbook/accounts',
  audience: 'logbook',
  algorithm: 'EdDSA',
  secondsMax: 60,
} as const

/** Where accounts publishes the keys that it signs with, as a JSON Web Key Set. */
export const keySetPath = '/.well-known/jwks.json'

/** What such a token says of its bearer, beside the registered claims. */
export const accessClaims = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('guest'), sub: entityId }),
  z.object({
    kind: z.literal('person'),
    sub: entityId,
    role,
    name: z.string().max(bounds.nameCharsMax),
    scopes: z.array(z.string()).optional(),
    via: entityId.optional(),
  }),
])
export type AccessClaims = z.infer<typeof accessClaims>

/** The name under which a person at the data folder calls: for imports, tools and the log itself. */
export const operator = 'operator'

/** The name under which workers call the media service: they are given work and nothing else. */
export const mediaWorker = 'media-worker'

/** The name under which a monitoring system calls: it may read metrics and health, and nothing else. */
export const scraper = 'metrics'
