import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { entityId, line, text, timestamp, webAddress } from '../text.ts'
import { takeDownReason } from './comments.ts'
import { defineEvent, eventsByType, onStream, streamName } from './define.ts'
import { doer, personalDoer } from './doer.ts'
import { byUnknown, lift } from './older-shapes.ts'

export const slug = z
  .string()
  .min(1)
  .max(bounds.slugCharsMax)
  .regex(
    /^[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]+(?:-[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]+)*$/u,
    'must be lower-case words joined by single dashes',
  )
export const tag = line({ charsMin: 1, charsMax: bounds.tagCharsMax })
export const postKind = z.enum(['post', 'page'])

/** Where a picture is: anywhere on the web, or at a path of this host. */
export const pictureAddress = z.union(
  [
    webAddress.max(bounds.addressCharsMax),
    z
      .string()
      .max(bounds.addressCharsMax)
      .regex(/^\/(?![/\\])[^\s<>"\\]*$/),
  ],
  'must be a web address (https://…) or a path that begins with one slash',
)

/** The path of an address at which a post stood before it came here: `/2015/03/about/`. */
export const formerAddress = z
  .string()
  .max(bounds.addressCharsMax)
  .regex(/^\/(?![/\\])[^\s<>"\\]*$/, 'must be a path that begins with one slash')

/** Where a picture of an import belongs in a text: the address that stands there until the picture is here. */
export const picturePlace = z.object({
  mediumId: entityId,
  as: z.enum(['shown', 'linked', 'cover']),
  /** Where the address begins in the text, in UTF-16 code units; 0 for the cover. */
  at: z.number().int().min(0),
  /** The address as it is written there. */
  was: z.string().min(1).max(bounds.addressCharsMax),
  /** It is a link that shows itself, and stays to be read. */
  isBare: z.boolean(),
})
export type PicturePlace = z.infer<typeof picturePlace>

/** What an author decides about a post. `excerpt: null` means that readers see its first sentences. */
export const postText = z.object({
  /** A page stands by itself, outside of lists, feeds and the archive. */
  kind: postKind,
  slug,
  title: line({ charsMin: 1, charsMax: bounds.titleCharsMax }),
  content: text({ charsMax: bounds.contentCharsMax }),
  excerpt: text({ charsMax: bounds.excerptCharsMax }).nullable(),
  tags: z.array(tag).max(bounds.tagsMax),
  /** A picture that stands for the post, above its text. */
  cover: pictureAddress.nullable(),
  /** What the cover shows, for those who don't see it; empty for a picture that says nothing. */
  coverAlt: line({ charsMax: bounds.coverAltCharsMax }),
  /** Readers write no new comments; those that are there stay. */
  commentsClosed: z.boolean(),
})

const live = postText.extend({
  id: entityId,
  authorId: entityId.nullable(),
  authorName: line({ charsMin: 1, charsMax: bounds.nameCharsMax }).nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
  /** Where it stood before it came here; this blog answers there by leading on. */
  formerAddresses: z.array(formerAddress).max(bounds.formerAddressesMax),
  /** The first publication; a post that goes back to draft keeps it. */
  publishedAt: timestamp.nullable(),
  /** A draft is published by itself at this time. */
  publishAt: timestamp.optional(),
})

const draftState = live.extend({ status: z.literal('draft') })
const publishedState = live.extend({ status: z.literal('published'), publishedAt: timestamp })
const deletedState = z.object({ status: z.literal('deleted'), id: entityId, slug, deletedAt: timestamp })

/** A post's full public state. */
export const postState = z.discriminatedUnion('status', [draftState, publishedState, deletedState])
export type PostState = z.infer<typeof postState>
export type LivePost = Exclude<PostState, { status: 'deleted' }>

/** Set where an import brought the post, or a picture of it later: no message is sent about it. */
const imported = z.literal(true).optional()
const draftSummary = draftState.extend({ imported })
const publishedSummary = publishedState.extend({ imported })

/** Which texts of a post are withheld: all, which also deletes it, or those before the present one. */
export const takenDownTexts = z.enum(['all', 'earlier'])
export type TakenDownTexts = z.infer<typeof takenDownTexts>

/** Who did it; null where that was no person, or was not written down yet. */
const by = doer.nullable()

/** A post had no cover, took comments always, and had stood nowhere else. */
const withCover = lift((data) =>
  data.status === 'deleted' ? data : { cover: null, commentsClosed: false, formerAddresses: [], ...data },
)

/** A cover had no words. */
const withCoverAlt = lift((data) => (data.status === 'deleted' ? data : { coverAlt: '', ...data }))

/** An edit changed neither the kind of a post nor the words of its cover. */
const asItWas = lift((data) => data)

const authorName = {
  owner: (data: { status: 'deleted' } | { status: 'draft' | 'published'; authorId: string | null }) =>
    data.status === 'deleted' ? null : data.authorId,
  fields: ['authorName'],
  erased: () => ({ authorName: null }),
} as const

export const postSubject = streamName('post-{postId}')
/** Slugs may be of any script. */
export const slugSubject = streamName('slug-{slug}', encodeURIComponent)
const post = { by: ['posts'], stream: onStream(postSubject, 'id') } as const

export const postEvents = eventsByType(
  /** Also a summary: the state that the post begins with. */
  defineEvent('PostCreated', {
    ...post,
    summary: 'A post came to be, as a draft or published.',
    data: z.discriminatedUnion('status', [draftSummary, publishedSummary]),
    personal: authorName,
    upcasts: [withCover, withCoverAlt],
  }),
  defineEvent('PostEdited', {
    ...post,
    summary: 'An author changed the text, the title, the address or the tags; or pictures of an import came.',
    data: postText.partial().extend({
      id: entityId,
      editedAt: timestamp,
      by,
      /** Media of an import whose addresses this edit put in place of old ones. No person made it, and no reader sees other words. */
      placed: z.array(entityId).min(1).max(bounds.importPicturesMax).optional(),
      /** Null: no longer. */
      publishAt: timestamp.nullable().optional(),
    }),
    personal: personalDoer,
    upcasts: [byUnknown, asItWas],
  }),
  defineEvent('PostPublished', {
    ...post,
    summary: 'A draft became readable.',
    data: z.object({ id: entityId, publishedAt: timestamp, by }),
    personal: personalDoer,
    upcasts: [byUnknown],
  }),
  defineEvent('PostUnpublished', {
    ...post,
    summary: 'A post went back to draft.',
    data: z.object({ id: entityId, unpublishedAt: timestamp, by }),
    personal: personalDoer,
    upcasts: [byUnknown],
  }),
  defineEvent('PostDeleted', {
    ...post,
    summary: 'A post is gone.',
    data: z.object({ id: entityId, deletedAt: timestamp, by }),
    personal: personalDoer,
    upcasts: [byUnknown],
  }),
  /** What the versions of the stream before this one said is withheld from every view, of now and of then. */
  defineEvent('PostTakenDown', {
    ...post,
    summary: 'A moderator withheld all texts of a post, or its earlier ones, and why.',
    data: z.object({
      id: entityId,
      takenDownAt: timestamp,
      by,
      reason: takeDownReason,
      texts: takenDownTexts,
    }),
    personal: personalDoer,
  }),
  /** All places of the present text that wait for a picture. An edit takes away those that it changes. */
  defineEvent('PostPicturesAwaited', {
    ...post,
    summary: 'Pictures of an imported text are not here yet, and where they belong in it.',
    data: z.object({ id: entityId, pictures: z.array(picturePlace).max(bounds.importPicturesMax) }),
    personal: 'none',
  }),
  /** The summary that stands beside each of the facts above. */
  defineEvent('PostUpdated', {
    ...post,
    summary: 'The full state after any of the changes of a post.',
    data: z.discriminatedUnion('status', [draftSummary, publishedSummary, deletedState]),
    personal: authorName,
    upcasts: [withCover, withCoverAlt],
  }),
  /** Its stream must not exist: that makes a slug unique, for ever. */
  defineEvent('SlugReserved', {
    by: ['posts'],
    stream: onStream(slugSubject, 'slug'),
    summary: 'An address belongs to a post, for ever.',
    data: z.object({ slug, postId: entityId }),
    personal: 'none',
  }),
)

type SummaryData = z.infer<(typeof postEvents)['PostCreated' | 'PostUpdated']['data']>

/** The state of a post that one of its two summaries tells, and nothing that only the event says. */
export const postStateOf = (data: SummaryData): PostState => {
  if (!('imported' in data)) return data
  const { imported: _, ...state } = data
  return state
}
