import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { anyone } from '../http/access.ts'
import { type Endpoint, type Endpoints, readHeaders } from '../http/endpoint.ts'
import { authorSlug, tagSlug } from '../tags.ts'

/** As the protocol of sitemaps has it. */
const sitemapsMax = 50_000

export const tag = z
  .string()
  .min(1)
  .max(bounds.tagSlugCharsMax)
  .transform(tagSlug)
  .meta({ description: 'A tag, by its name or its slug.' })
export const author = z
  .string()
  .min(1)
  .max(bounds.authorSlugCharsMax)
  .transform(authorSlug)
  .meta({ description: 'An author, by name or slug.' })

const unchanged = { '304': { description: 'It is as it was at the ETag of If-None-Match.' } }
const moved = { '308': { description: 'It has another address now.' } }
const read = { access: anyone, headers: readHeaders } as const satisfies Partial<Endpoint>

const feed = <const Id extends string>(id: Id, summary: string, type: string) =>
  ({
    ...read,
    id,
    summary,
    details:
      'Of all posts, of those with a `tag` or of an `author`, of the comments on a `post`, named by its slug, or of the weekly digests (`of=digest`).',
    under: '',
    query: z.object({
      tag: tag.optional(),
      author: author.optional(),
      post: z.string().min(1).max(bounds.slugCharsMax).optional(),
      of: z.literal('digest').optional().meta({ description: 'The weekly digests.' }),
    }),
    answers: {
      '200': {
        description: 'The latest.',
        content: { [type]: { schema: { type: type.endsWith('json') ? 'object' : 'string' } } },
      },
      ...unchanged,
      ...moved,
    },
    refusals: ['not-found'],
  }) as const satisfies Endpoint

/** What feed readers and search engines ask for, at the root, as rows of the endpoints of query. */
export const feedRows = {
  'GET /feed.xml': feed('readRss', 'RSS 2.0', 'application/rss+xml'),
  'GET /atom.xml': feed('readAtom', 'Atom', 'application/atom+xml'),
  'GET /feed.json': feed('readJsonFeed', 'JSON Feed', 'application/feed+json'),
  'GET /sitemap.xml': {
    ...read,
    id: 'readSitemap',
    summary: 'Every address of the blog, for search engines',
    under: '',
    query: z.object({ page: z.coerce.number().int().min(1).max(sitemapsMax).optional() }),
    answers: {
      '200': { description: 'A sitemap.', content: { 'application/xml': { schema: { type: 'string' } } } },
      ...unchanged,
    },
    refusals: ['not-found'],
  },
  'GET /robots.txt': {
    ...read,
    id: 'readRobots',
    summary: 'What robots are told',
    under: '',
    answers: {
      '200': { description: 'Text.', content: { 'text/plain': { schema: { type: 'string' } } } },
      ...unchanged,
    },
  },
} as const satisfies Endpoints
