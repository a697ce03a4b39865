import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { takeDownReason } from '../events/comments.ts'
import { formerAddress, picturePlace, postKind, postText, slug, takenDownTexts } from '../events/posts.ts'
import { entityId, line, timestamp } from '../text.ts'
import { isVisible } from '../visible.ts'
import { changeYetToCome, importKey } from './imports.ts'

/** In one Unicode form, whichever a keyboard or a file system gave. */
const writtenSlug = slug.overwrite((value) => value.normalize('NFC'))
const written = postText
  .omit({ slug: true })
  .extend({ slug: writtenSlug, title: postText.shape.title.refine(isVisible, 'must show something') })

/** In one form, so that times can be compared as texts. What is no time has been refused, and is looked at all the same. */
const plannedTime = timestamp.overwrite((value) =>
  Number.isNaN(Date.parse(value)) ? value : new Date(value).toISOString(),
)

/** `POST /posts`. A title alone is enough: the post is published, its slug made from the title. Its author is who sends it. */
export const createPost = z
  .strictObject({
    title: written.shape.title,
    content: written.shape.content.default(''),
    excerpt: written.shape.excerpt.default(null),
    tags: written.shape.tags.default([]),
    cover: written.shape.cover.default(null),
    coverAlt: written.shape.coverAlt.default(''),
    commentsClosed: written.shape.commentsClosed.default(false),
    slug: writtenSlug.optional(),
    kind: postKind.default('post'),
    status: z.enum(['draft', 'published']).default('published'),
    /** When the draft is published by itself. */
    publishAt: plannedTime.nullable().default(null),
  })
  .refine(({ status, publishAt }) => status === 'draft' || publishAt === null, {
    path: ['publishAt'],
    error: 'must be left out of a post that is published at once',
  })
export type CreatePost = z.infer<typeof createPost>

/** `PATCH /posts/:id`. What is absent stays as it is. */
export const editPost = z
  .strictObject({ ...written.partial().shape, publishAt: plannedTime.nullable().optional() })
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
export type EditPost = z.infer<typeof editPost>

/** `POST /posts/:id/take-down`. */
export const takeDownPost = z.strictObject({
  reason: takeDownReason,
  /** `earlier` keeps the present text, and withholds those before it. */
  texts: takenDownTexts.default('all'),
})

/**
 * One item of `POST /imports/addresses` at posts: a text that will be imported, and the slug that it would like; without one,
 * its title makes it. Asked for before the texts are sent, so that they can link to each other.
 */
export const importAddress = z.strictObject({
  key: importKey,
  title: written.shape.title,
  slug: writtenSlug.optional(),
})
export type ImportAddress = z.input<typeof importAddress>

/** The answer for each, in order: the slug that the post has, or will get where it is imported with it. */
export const importedAddress = z.object({ key: z.string(), id: entityId, slug })

/** `here` is the address of the medium in a text of this blog; null while it is not made. */
const importedPicture = picturePlace.extend({
  isBare: picturePlace.shape.isBare.default(false),
  here: z
    .string()
    .regex(/^\/api\/media\/[0-9a-f-]{36}\/[\w.#=@,-]{1,100}$/, 'must be the address of a medium of this blog')
    .nullable(),
})

interface Pictured {
  content: string
  cover: string | null
  pictures: readonly z.output<typeof importedPicture>[]
}

const standsThere = ({ content, cover }: Pictured, { as, at, was }: Pictured['pictures'][number]): boolean =>
  as === 'cover' ? at === 0 && was === cover : content.startsWith(was, at)

const importedText = z.strictObject({
  key: importKey,
  title: written.shape.title,
  content: written.shape.content,
  excerpt: written.shape.excerpt,
  tags: written.shape.tags,
  cover: written.shape.cover.default(null),
  coverAlt: written.shape.coverAlt.default(''),
  commentsClosed: written.shape.commentsClosed.default(false),
  /** Where it stood: the paths of its addresses there. */
  formerAddresses: z.array(formerAddress).max(bounds.formerAddressesMax).default([]),
  slug: writtenSlug.optional(),
  kind: postKind,
  status: z.enum(['draft', 'published']),
  authorName: line({ charsMin: 1, charsMax: bounds.nameCharsMax }).nullable(),
  createdAt: timestamp,
  publishedAt: timestamp.nullable(),
  /** When it was last changed there; without it, when it was published or written. */
  updatedAt: timestamp.optional(),
  /** When the draft is to be published by itself. A time that has passed is not kept: an import publishes nothing. */
  publishAt: plannedTime.nullable().default(null),
  /** Where pictures of the blog belong in the text and as its cover; those that come later are placed when they are here. */
  pictures: z.array(importedPicture).max(bounds.importPicturesMax).default([]),
})

/** One item of `POST /imports` at posts. */
export const importPost = importedText.superRefine((item, context) => {
  const wrong = item.pictures.findIndex((each) => !standsThere(item, each))
  if (wrong >= 0)
    context.addIssue({
      code: 'custom',
      path: ['pictures', wrong, 'was'],
      message: 'must stand at this place of the text',
    })
  if (item.status === 'published' && item.publishAt !== null)
    context.addIssue({
      code: 'custom',
      path: ['publishAt'],
      message: 'must be left out of what is published',
    })
})
export type ImportPost = z.input<typeof importPost>

/** The same, as it can be imported at this moment. */
export const importPostAt = (now: Date) =>
  importPost.superRefine(({ updatedAt, createdAt, publishedAt }, context) => {
    const message = changeYetToCome(updatedAt, { writtenAt: [createdAt, publishedAt], now })
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['updatedAt'], message })
  })
