import { bounds } from '@logbook/contracts/bounds.ts'
import { postKind } from '@logbook/contracts/events/posts.ts'
import { threadSort } from '@logbook/contracts/http/query.ts'
import { authorSlug, tagSlug } from '@logbook/contracts/tags.ts'
import { entityId } from '@logbook/contracts/text.ts'
import { z } from 'zod'
import { limits } from '../limits.ts'

const asOf = z.string().max(100).optional().meta({
  description:
    'A log position or an RFC 3339 time: what readers saw then, of what may still be seen by the caller.',
})
const cursorOf = (charsMax: number) =>
  z.string().max(charsMax).optional().meta({ description: 'Of an earlier answer: its `Link`, rel="next".' })
const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(limits.pageSizeMax)
  .default(limits.pageSizeDefault)
  .meta({ description: 'Entries in a page.' })
/** A tag by its name or its slug. */
const tag = z
  .string()
  .min(1)
  .max(bounds.tagSlugCharsMax)
  .transform(tagSlug)
  .meta({ description: 'A tag, by its name or its slug.' })
const author = z
  .string()
  .min(1)
  .max(bounds.authorSlugCharsMax)
  .transform(authorSlug)
  .meta({ description: 'An author, by name or slug.' })
const sort = threadSort.default('newest')

export const asOfQuery = z.object({ asOf })

export const formerQuery = z.object({
  path: z
    .string()
    .min(1)
    .max(bounds.addressCharsMax)
    .meta({ description: 'The path of an address on another server, such as `/2015/03/about/`.' }),
})

export const listQuery = z.object({
  ...{ limit, cursor: cursorOf(100), asOf },
  tag: tag.optional(),
  author: author.optional(),
  kind: postKind.default('post'),
  month: z
    .string()
    .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'must be a month such as 2026-11')
    .optional(),
})

export const pageQuery = z
  .object({
    ...{ asOf, sort, comments: cursorOf(200) },
    comment: entityId.toLowerCase().optional().meta({
      description: 'The id of a comment: the page of threads that holds it, with all that it answers.',
    }),
  })
  .refine(({ comments, comment }) => comments === undefined || comment === undefined, {
    path: ['comment'],
    message: 'takes the place of `comments`: one of the two',
  })
export const threadQuery = z.object({ asOf, sort, cursor: cursorOf(200), parent: entityId.optional() })

export const positionText = z.string().regex(/^\d{1,15}$/, 'must be a log position, a whole number')
export const changesQuery = z.object({ post: entityId, after: positionText.optional() })

export const searchQuery = z.object({
  ...{ q: z.string().max(limits.searchCharsMax), limit, cursor: cursorOf(100), asOf },
  kind: z
    .enum(['posts', 'comments'])
    .optional()
    .meta({ description: 'Only posts and pages, or only comments.' }),
})

/** Of which posts or comments a feed is: all, a tag's, an author's, or those below a post, named by its slug. */
export const feedQuery = z.object({
  tag: tag.optional(),
  author: author.optional(),
  post: z.string().min(1).max(bounds.slugCharsMax).optional(),
})
export const sitemapQuery = z.object({
  page: z.coerce.number().int().min(1).max(limits.sitemapsMax).optional(),
})
