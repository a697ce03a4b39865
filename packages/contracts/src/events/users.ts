import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { mediaPictureOf } from '../media-address.ts'
import { entityId, line, timestamp } from '../text.ts'
import { defineEvent, eventsByType, onStream, streamName } from './define.ts'

const role = z.enum(['reader', 'moderator', 'author', 'owner'])
/** Null once the person has been erased. */
const personName = line({ charsMin: 1, charsMax: bounds.nameCharsMax }).nullable()
/** The address of a picture of this blog's media, with its size. */
export const personPicture = z
  .string()
  .max(bounds.addressCharsMax)
  .refine((address) => mediaPictureOf(address) !== undefined, 'must be the address of a picture of this blog')
/** The person who did it; null for the operator. */
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

export const userSubject = streamName('user-{personId}')
/** Where the services confirm, and accounts reads it into the receipt. */
export const erasureSubject = streamName('erasure-{personId}')
const user = { by: ['accounts'], stream: onStream(userSubject, 'id') } as const

const nameOfSelf = {
  owner: ({ id }: { id: string }) => id,
  fields: ['name'],
  erased: () => ({ name: null }),
} as const

export const userEvents = eventsByType(
  defineEvent('UserRegistered', {
    ...user,
    summary: 'A person has an account.',
    data: z.object({ id: entityId, role, registeredAt: timestamp, name: personName }),
    personal: nameOfSelf,
  }),
  defineEvent('UserRenamed', {
    ...user,
    summary: 'A person goes by another name.',
    data: z.object({ id: entityId, name: personName }),
    personal: nameOfSelf,
  }),
  /** Public from now on, where it is a picture of their own. */
  defineEvent('UserPictured', {
    ...user,
    summary: 'A person chose a picture of themselves, or withdrew it.',
    data: z.object({ id: entityId, picture: personPicture.nullable() }),
    personal: {
      owner: ({ id }: { id: string }) => id,
      fields: ['picture'],
      erased: () => ({ picture: null }),
    },
  }),
  defineEvent('UserRoleChanged', {
    ...user,
    summary: 'What a person may do has changed.',
    data: z.object({ id: entityId, role, by }),
    personal: 'none',
  }),
  /** The key of this person is gone: an account, a guest, or the author of something imported. */
  defineEvent('UserErased', {
    ...user,
    summary: 'The key of a person was destroyed: what was sealed with it can not be read again.',
    data: z.object({ id: entityId, erasedAt: timestamp, by }),
    personal: 'none',
  }),
  defineEvent('ErasureConfirmed', {
    by: erasureFollowers,
    stream: onStream(erasureSubject, 'id'),
    summary: 'A service holds nothing of an erased person any more.',
    data: z.object({ id: entityId, service: z.enum(erasureFollowers), confirmedAt: timestamp }),
    personal: 'none',
  }),
)
