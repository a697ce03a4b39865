import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { entityId, line, timestamp } from '../text.ts'

const role = z.enum(['reader', 'moderator', 'author', 'owner'])
/** Null once the person has been erased. */
const personName = line({ charsMin: 1, charsMax: bounds.nameCharsMax }).nullable()
/** Whoever did it; null for the operator. */
const by = entityId.nullable()

/**
 * The services that hold something of people. Each confirms every erasure, whether or not it held anything of that person,
 * so that a missing confirmation means something.
 */
export const erasureFollowers = [
  'posts',
  'comments',
  'moderation',
  'query',
  'notifications',
  'media',
] as const
export type ErasureFollower = (typeof erasureFollowers)[number]

export const userEvents = {
  UserRegistered: z.object({ id: entityId, role, registeredAt: timestamp, name: personName }),
  UserRenamed: z.object({ id: entityId, name: personName }),
  UserRoleChanged: z.object({ id: entityId, role, by }),
  /** The key of this person is gone: an account, a guest, or the author of something imported. */
  UserErased: z.object({ id: entityId, erasedAt: timestamp, by }),
  /** This service holds nothing of the person any more, in its file or in memory. */
  ErasureConfirmed: z.object({ id: entityId, service: z.enum(erasureFollowers), confirmedAt: timestamp }),
} as const

export const userSubject = (id: string): string => `user-${id}`
/** Where the services confirm, and accounts reads it into the receipt. */
export const erasureSubject = (personId: string): string => `erasure-${personId}`
