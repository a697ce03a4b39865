import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { postKind } from '../events/posts.ts'
import { anyone } from '../http/access.ts'
import { digestAnswer } from '../http/digest.ts'
import { type Endpoint, endpoints, json, readHeaders } from '../http/endpoint.ts'
import { commentHistoryEntry } from '../http/history.ts'
import {
  archive,
  authorCount,
  featuredComment,
  movedPost,
  postPage,
  postSummary,
  relatedPost,
  tagCount,
  threadComment,
  threadSort,
} from '../http/query.ts'
import { searchHit } from '../http/search.ts'
import { settingsAnswer } from '../http/settings.ts'
import { entityId, timestampWithOffset } from '../text.ts'
import { changesRows } from './changes.ts'
import { author, feedRows, tag } from './feeds.ts'
import { figuresRows } from './figures.ts'
import { rebuildRows } from './rebuild.ts'

const limits = {
  pageSizeDefault: 20,
  pageSizeMax: 100,
  searchCharsMax: 1_000,
} as const

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
const sort = threadSort.default('newest')
const idOrSlug = z.string()

const unchanged = { '304': { description: 'It is as it was at the ETag of If-None-Match.' } }
const moved = { '308': { description: 'It has another address now.' } }
const read = { access: anyone, under: '/api', headers: readHeaders } as const satisfies Partial<Endpoint>
/** Read with the time as of which it is asked. */
const count = { ...read, query: z.object({ asOf }) } as const satisfies Partial<Endpoint>

export const queryEndpoints = endpoints('query', {
  description: 'What readers read: posts with their comments in one request, as they are and as they were.',
  rows: {
    'GET /posts': {
      ...read,
      id: 'listPosts',
      summary: 'Published posts, newest first, each with its latest comments',
      query: z.object({
        ...{ limit, cursor: cursorOf(100), asOf },
        tag: tag.optional(),
        author: author.optional(),
        kind: postKind.default('post'),
        month: z
          .string()
          .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'must be a month such as 2026-11')
          .optional(),
      }),
      answers: { '200': json(z.array(postSummary), 'A page of them.'), ...unchanged },
    },
    'GET /posts/:idOrSlug': {
      ...read,
      id: 'readPost',
      summary: 'All that a post’s page needs, in one answer',
      params: { idOrSlug },
      query: z
        .object({
          ...{ asOf, sort, comments: cursorOf(200) },
          comment: entityId.toLowerCase().optional().meta({
            description: 'The id of a comment: the page of threads that holds it, with all that it answers.',
          }),
        })
        .refine(({ comments, comment }) => comments === undefined || comment === undefined, {
          path: ['comment'],
          message: 'takes the place of `comments`: one of the two',
        }),
      answers: { '200': json(postPage, 'The post and the first of its threads.'), ...unchanged, ...moved },
    },
    'GET /posts/:idOrSlug/thread': {
      ...read,
      id: 'readThread',
      summary: 'More threads of a post, or more replies to a comment',
      params: { idOrSlug },
      query: z.object({ asOf, sort, cursor: cursorOf(200), parent: entityId.optional() }),
      answers: { '200': json(z.array(threadComment), 'A page of them.'), ...unchanged, ...moved },
    },
    'GET /posts/:idOrSlug/related': {
      ...read,
      id: 'readRelated',
      summary: 'Posts that are related to a post, each with the reason',
      details:
        'By its most telling words and tags, and by people with an account who commented or voted below both posts. Fewer than three of these people are not mentioned. The page of the post has the same list.',
      params: { idOrSlug },
      answers: { '200': json(z.array(relatedPost), 'The most related first.'), ...unchanged, ...moved },
      refusals: ['not-found'],
    },
    'GET /comments/:id/history': {
      ...read,
      id: 'readCommentHistory',
      summary: 'Why a comment is what it is',
      answers: { '200': json(z.array(commentHistoryEntry), 'What happened to it, linked by cause.') },
      refusals: ['unavailable'],
    },
    'GET /featured': {
      ...read,
      id: 'listFeaturedComments',
      summary: 'Comments that writers and moderators have featured, the newest first',
      query: z.object({
        ...{ limit, asOf },
        from: timestampWithOffset.optional().meta({ description: 'Written at this time or later.' }),
      }),
      answers: { '200': json(z.array(featuredComment), 'Each with its post.'), ...unchanged },
    },
    'GET /former-addresses': {
      ...read,
      id: 'findMovedPost',
      summary: 'The post that stood at an address before it came here',
      details: 'By the path alone, in any case, with or without a closing slash, `index.html` or `.html`.',
      query: z.object({
        path: z
          .string()
          .min(1)
          .max(bounds.addressCharsMax)
          .meta({ description: 'The path of an address on another server, such as `/2015/03/about/`.' }),
      }),
      answers: { '200': json(movedPost, 'Where it is now.') },
      refusals: ['not-found'],
    },
    'GET /tags': {
      ...count,
      id: 'listTags',
      summary: 'Tags, and how many posts have each',
      answers: { '200': json(z.array(tagCount), 'The most used first.'), ...unchanged },
    },
    'GET /authors': {
      ...count,
      id: 'listAuthors',
      summary: 'Authors, and how many posts each has',
      answers: { '200': json(z.array(authorCount), 'Those with the most posts first.'), ...unchanged },
    },
    'GET /search': {
      ...read,
      id: 'search',
      summary: 'Posts and comments with these words',
      details:
        'Words as they stem, `"a phrase"`, `begin*`. Any text is a search. Posts with the words in their title come first, then other posts, then comments.',
      query: z.object({
        ...{ q: z.string().max(limits.searchCharsMax), limit, cursor: cursorOf(100), asOf },
        kind: z
          .enum(['posts', 'comments'])
          .optional()
          .meta({ description: 'Only posts and pages, or only comments.' }),
      }),
      answers: { '200': json(z.array(searchHit), 'Best first.'), ...unchanged },
    },
    ...changesRows,
    'GET /archive': {
      ...count,
      id: 'readArchive',
      summary: 'How many posts there are by month and by tag',
      answers: { '200': json(archive, 'The latest month first.'), ...unchanged },
    },
    'GET /digests': {
      ...read,
      id: 'listDigests',
      summary: 'The weekly digests, in the time zone of the blog',
      query: z.object({
        ...{ limit, asOf },
        cursor: z.iso
          .date()
          .optional()
          .meta({ description: 'Of an earlier answer: its `Link`, rel="next".' }),
      }),
      answers: { '200': json(z.array(digestAnswer), 'The latest week first.'), ...unchanged },
    },
    'GET /digests/:week': {
      ...read,
      id: 'readDigest',
      summary: 'The digest of a week, with what of it may be shown now',
      params: { week: z.string().meta({ description: 'An ISO week such as `2026-w10`.' }) },
      query: z.object({ asOf }),
      answers: { '200': json(digestAnswer, 'Its posts and comments.'), ...unchanged },
      refusals: ['not-found'],
    },
    'GET /settings': {
      ...read,
      id: 'readBlogSettings',
      summary: 'What the blog is called and about, its language and time zone, the links of its header',
      answers: {
        '200': json(settingsAnswer, '`version` is what a change of them begins with.'),
        ...unchanged,
      },
    },
    ...feedRows,
    ...figuresRows,
    ...rebuildRows,
  },
})
