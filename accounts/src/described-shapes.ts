import { role } from '@logbook/contracts/identity.ts'
import { entityId } from '@logbook/contracts/text.ts'
import { z } from 'zod'
import type { Receipt } from './erasure/erasures.ts'
import type { ApiToken } from './people/api-tokens.ts'
import type { Invitation } from './people/invitations.ts'
import type { Person } from './people/people.ts'
import type { Session } from './people/sessions.ts'

const time = z.iso.datetime()
type Shape<Of> = z.ZodType<Record<keyof Of, unknown>>

const personMembers = { id: entityId, name: z.string(), email: z.string(), role, emailVerified: z.boolean() }
export const person = z
  .looseObject({ ...personMembers, createdAt: time })
  .meta({ id: 'Person', description: 'Someone with an account.' }) satisfies Shape<Person>

export const joined = z.object({ person })

export const session = z
  .object({
    ...{ id: entityId, createdAt: time, expiresAt: time },
    ...{ ipAddress: z.string().nullable(), userAgent: z.string().nullable() },
    current: z.boolean().optional(),
  })
  .meta({ id: 'Session', description: 'A browser that is signed in.' }) satisfies Shape<Session>

export const apiToken = z
  .looseObject({
    ...{ id: entityId, name: z.string(), scopes: z.array(z.string()).nullable() },
    ...{ createdAt: time, expiresAt: time.nullable(), lastUsedAt: time.nullable() },
  })
  .meta({ id: 'ApiToken', description: 'A token for scripts, without its secret.' }) satisfies Shape<ApiToken>

export const newToken = z
  .looseObject({ id: entityId, token: z.string().meta({ description: 'Shown once: `lb_…`.' }) })
  .meta({ id: 'NewToken' })

export const invitation = z
  .looseObject({ id: entityId, email: z.string(), role, createdAt: time, expiresAt: time })
  .meta({ id: 'Invitation' }) satisfies Shape<Invitation>

export const receipt = z
  .object({
    ...{ id: entityId, erasedAt: time, by: z.string().nullable(), announced: z.boolean() },
    events: z.array(z.object({ id: z.string(), type: z.string(), position: z.number().int() })),
    services: z.array(z.object({ service: z.string(), confirmedAt: time.nullable(), overdue: z.boolean() })),
    ...{ complete: z.boolean(), overdue: z.boolean() },
  })
  .meta({ id: 'Receipt', description: 'Proof of an erasure.' }) satisfies Shape<Receipt>
