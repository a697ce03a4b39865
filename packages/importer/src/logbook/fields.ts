import { commentFlags } from '@logbook/contracts/events/comment-flags.ts'
import { verdictStatus } from '@logbook/contracts/events/comments.ts'
import { focalPoint } from '@logbook/contracts/events/media.ts'
import { postKind } from '@logbook/contracts/events/posts.ts'
import { chosenMediaId } from '@logbook/contracts/http/media.ts'
import { entityId, timestamp } from '@logbook/contracts/text.ts'
import { z } from 'zod'

const text = z.string()
const orNone = <Schema extends z.ZodType>(schema: Schema) => schema.nullable().default(null)

/** Fields that an export has for other programs. */
const forOthers = { post: ['permalink'], comment: ['_parent'], medium: ['type'] } as const

/** The front matter of a text, as `npm run export` writes it. The services check what the values say. */
export const postFields = z.object({
  id: entityId,
  kind: postKind,
  title: text,
  slug: text,
  /** Its place in the public list, newest first: posts of one moment keep their order. 0 where it is not in it. */
  place: z.number().int(),
  /** The name of the folder with its comments. */
  folder: text,
  created: text,
  date: orNone(text),
  last_modified_at: timestamp.optional(),
  /** Of a draft: when it is published by itself. */
  publish_at: orNone(timestamp),
  published: z.boolean().default(true),
  author: orNone(text),
  tags: z.array(text).default([]),
  excerpt: orNone(text),
  image: orNone(text),
  image_alt: text.default(''),
  comments: z.boolean().default(true),
  redirect_from: z.array(text).default([]),
})
export type PostFields = z.infer<typeof postFields>

/** What `_data/media/<id>.yml` says of a file of `media/`. */
export const mediumFields = z.object({
  id: chosenMediaId,
  file: text,
  name: text,
  alt: text.default(''),
  focus: orNone(focalPoint),
})
export type MediumFields = z.infer<typeof mediumFields>

export const commentFields = z.object({
  _id: entityId,
  replying_to: orNone(entityId),
  name: orNone(text),
  url: orNone(text),
  date: text,
  edited: orNone(timestamp),
  kind: z.literal('mention').optional(),
  status: verdictStatus,
  /** Why; empty for no reason. An export of before has none. */
  reason: text.optional(),
  ...commentFlags.partial().shape,
  message: text,
})

const known = {
  post: new Set<string>([...Object.keys(postFields.shape), ...forOthers.post]),
  comment: new Set<string>([...Object.keys(commentFields.shape), ...forOthers.comment]),
  medium: new Set<string>([...Object.keys(mediumFields.shape), ...forOthers.medium]),
}

/** The names of fields that no export has. */
export const unknownFields = (kind: keyof typeof known, fields: unknown): string[] =>
  Object.keys(Object(fields)).filter((name) => !known[kind].has(name))
