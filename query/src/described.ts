import { json } from '@logbook/chassis/described/operation.ts'
import {
  type Description,
  type Descriptions,
  describeService,
  metricsDescription,
  ofReads,
} from '@logbook/chassis/described/service.ts'
import { commentHistoryEntry } from '@logbook/contracts/http/history.ts'
import {
  archive,
  authorCount,
  movedPost,
  postPage,
  postSummary,
  tagCount,
  threadComment,
} from '@logbook/contracts/http/query.ts'
import { rebuildStatus, startRebuild } from '@logbook/contracts/http/rebuild.ts'
import { searchHit } from '@logbook/contracts/http/search.ts'
import { settingsAnswer } from '@logbook/contracts/http/settings.ts'
import { z } from 'zod'
import { access } from './access.ts'
import { ofGateways } from './described-for-gateways.ts'
import {
  asOfQuery,
  changesQuery,
  feedQuery,
  formerQuery,
  listQuery,
  pageQuery,
  searchQuery,
  sitemapQuery,
  threadQuery,
} from './routes/queries.ts'

const status = rebuildStatus.meta({ id: 'Rebuild', description: 'How far it has come, and what differs.' })
const unchanged = { '304': { description: 'It is as it was at the ETag of If-None-Match.' } }
const moved = { '308': { description: 'It has another address now.' } }

const feed = (id: string, summary: string, type: string): Description => ({
  id,
  summary,
  details:
    'Of all posts, of those with a `tag` or of an `author`, or of the comments on a `post`, named by its slug.',
  query: feedQuery,
  heeds: ofReads,
  answers: {
    '200': {
      description: 'The latest.',
      content: { [type]: { schema: { type: type.endsWith('json') ? 'object' : 'string' } } },
    },
    ...unchanged,
    ...moved,
  },
  refusals: ['not-found'],
})

const rebuildOperations = {
  'GET /rebuild': {
    id: 'readRebuild',
    summary: 'How a rebuild of the view is going',
    details: 'With `Accept: text/event-stream`, each change as a `progress` message.',
    answers: { '200': json(status, 'How it stands.') },
    refusals: ['not-acceptable', 'unavailable'],
  },
  'POST /rebuild': {
    id: 'startRebuild',
    summary: 'Build the view anew from the log, beside the one that serves',
    body: startRebuild,
    example: { swap: false },
    answers: { '202': json(status, 'Begun.') },
    refusals: ['conflict', 'unavailable'],
  },
  'DELETE /rebuild': {
    id: 'cancelRebuild',
    summary: 'Give a rebuild up',
    answers: { '200': json(status, 'Given up.') },
    refusals: ['conflict'],
  },
  'POST /rebuild/swap': {
    id: 'swapRebuild',
    summary: 'Serve the new view from now on',
    answers: { '200': json(status, 'Done; the one before is kept.') },
    refusals: ['conflict', 'unavailable'],
  },
  'POST /rebuild/rollback': {
    id: 'rollBackRebuild',
    summary: 'Serve the view from before again',
    answers: { '200': json(status, 'Done.') },
    refusals: ['conflict', 'unavailable'],
  },
} as const satisfies Record<string, Description>

const operations: Descriptions<typeof access> = {
  'GET /posts': {
    id: 'listPosts',
    summary: 'Published posts, newest first, each with its latest comments',
    query: listQuery,
    heeds: ofReads,
    answers: { '200': json(z.array(postSummary), 'A page of them.'), ...unchanged },
  },
  'GET /posts/:idOrSlug': {
    id: 'readPost',
    summary: 'All that a post’s page needs, in one answer',
    query: pageQuery,
    heeds: ofReads,
    answers: { '200': json(postPage, 'The post and the first of its threads.'), ...unchanged, ...moved },
  },
  'GET /posts/:idOrSlug/thread': {
    id: 'readThread',
    summary: 'More threads of a post, or more replies to a comment',
    query: threadQuery,
    heeds: ofReads,
    answers: { '200': json(z.array(threadComment), 'A page of them.'), ...unchanged, ...moved },
  },
  'GET /comments/:id/history': {
    id: 'readCommentHistory',
    summary: 'Why a comment is what it is',
    heeds: ofReads,
    answers: { '200': json(z.array(commentHistoryEntry), 'What happened to it, linked by cause.') },
    refusals: ['unavailable'],
  },
  'GET /former-addresses': {
    id: 'findMovedPost',
    summary: 'The post that stood at an address before it came here',
    details: 'By the path alone, in any case, with or without a closing slash, `index.html` or `.html`.',
    query: formerQuery,
    heeds: ofReads,
    answers: { '200': json(movedPost, 'Where it is now.') },
    refusals: ['not-found'],
  },
  'GET /tags': {
    id: 'listTags',
    summary: 'Tags, and how many posts have each',
    query: asOfQuery,
    heeds: ofReads,
    answers: { '200': json(z.array(tagCount), 'The most used first.'), ...unchanged },
  },
  'GET /authors': {
    id: 'listAuthors',
    summary: 'Authors, and how many posts each has',
    query: asOfQuery,
    heeds: ofReads,
    answers: { '200': json(z.array(authorCount), 'Those with the most posts first.'), ...unchanged },
  },
  'GET /search': {
    id: 'search',
    summary: 'Posts and comments with these words',
    details:
      'Words as they stem, `"a phrase"`, `begin*`. Any text is a search. Posts with the words in their title come first, then other posts, then comments.',
    query: searchQuery,
    heeds: ofReads,
    answers: { '200': json(z.array(searchHit), 'Best first.'), ...unchanged },
  },
  'GET /changes': {
    id: 'followChanges',
    summary: 'What happens to a post, as it happens',
    query: changesQuery,
    heeds: ['Last-Event-ID', ...ofReads],
    answers: {
      '200': {
        description: 'Server-sent events; the id is a log position. At the gateway a WebSocket too.',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
    },
    refusals: ['not-found', 'unavailable'],
  },
  ...ofGateways,
  'GET /archive': {
    id: 'readArchive',
    summary: 'How many posts there are by month and by tag',
    query: asOfQuery,
    heeds: ofReads,
    answers: { '200': json(archive, 'The latest month first.'), ...unchanged },
  },
  'GET /settings': {
    id: 'readBlogSettings',
    summary: 'What the blog is called and about, its language and time zone, the links of its header',
    heeds: ofReads,
    answers: { '200': json(settingsAnswer, '`version` is what a change of them begins with.'), ...unchanged },
  },
  'GET /feed.xml': feed('readRss', 'RSS 2.0', 'application/rss+xml'),
  'GET /atom.xml': feed('readAtom', 'Atom', 'application/atom+xml'),
  'GET /feed.json': feed('readJsonFeed', 'JSON Feed', 'application/feed+json'),
  'GET /sitemap.xml': {
    id: 'readSitemap',
    summary: 'Every address of the blog, for search engines',
    query: sitemapQuery,
    heeds: ofReads,
    answers: {
      '200': { description: 'A sitemap.', content: { 'application/xml': { schema: { type: 'string' } } } },
      ...unchanged,
    },
    refusals: ['not-found'],
  },
  'GET /robots.txt': {
    id: 'readRobots',
    summary: 'What robots are told',
    heeds: ofReads,
    answers: {
      '200': { description: 'Text.', content: { 'text/plain': { schema: { type: 'string' } } } },
      ...unchanged,
    },
  },
  ...rebuildOperations,
  'GET /metrics': metricsDescription('query'),
}

/** What query answers. */
export const description = (): object =>
  describeService({
    service: 'query',
    description: 'What readers read: posts with their comments in one request, as they are and as they were.',
    access,
    operations,
  })
