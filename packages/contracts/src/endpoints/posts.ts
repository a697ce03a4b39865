import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { postState } from '../events/posts.ts'
import { blogSettings, initialSettings } from '../events/settings.ts'
import { moderators, owners, writers } from '../http/access.ts'
import { commandHeaders, type Endpoint, endpoints, json, readHeaders } from '../http/endpoint.ts'
import { importItems, importOutcome } from '../http/imports.ts'
import { postDiff, postHistoryEntry, postVersion } from '../http/post-history.ts'
import {
  createPost,
  editPost,
  importAddress,
  importedAddress,
  importPost,
  takeDownPost,
} from '../http/posts.ts'
import { putSettings, settingsHistoryEntry } from '../http/settings.ts'

const limits = {
  /** Room for the longest post, in any script. */
  postBytesMax: 1024 * 1024,
  /** Of one import: room for as many posts as it takes, unless they are very long. */
  importBytesMax: 32 * 1024 * 1024,
  pageSizeDefault: 20,
  pageSizeMax: 100,
} as const

const wrongCursor = 'must be the cursor of an earlier answer'
const limit = z.coerce.number().int().min(1).max(limits.pageSizeMax).default(limits.pageSizeDefault)

/** The cursor is a version of the stream. */
const historyPage = z.object({
  limit,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, wrongCursor)
    .transform(Number)
    .optional(),
})

const version = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'must be a version of this post')
  .transform(Number)

const post = postState.meta({ id: 'Post', description: 'All of a post; of a deleted one, that it is.' })
const [draft, published, deleted] = postState.options
const listed = { version: z.number().int() }
const listedPost = z.discriminatedUnion('status', [
  draft.extend(listed),
  published.extend(listed),
  deleted.extend(listed),
])
const settings = blogSettings.meta({ id: 'Settings', description: 'What holds for the blog as a whole.' })
const changed = { '200': json(post, 'The post as it is from now on; `ETag` is its version.') }

/** A command on one post. */
const command = {
  access: writers,
  under: '/api',
  headers: commandHeaders,
  bodyBytesMax: limits.postBytesMax,
  answers: changed,
  refusals: ['gone', 'conflict', 'version-conflict', 'unavailable'],
} as const satisfies Partial<Endpoint>

/** Whose post it is, is decided in `posts/src/domain/decide.ts`, and what moderators see of a history in `posts/src/history/history.ts`. */
export const postEndpoints = endpoints('posts', {
  description: 'Where posts are written. Every command appends events to the log; `Position` says where.',
  rows: {
    'POST /posts': {
      ...command,
      id: 'createPost',
      summary: 'Write a post',
      details: 'A title is enough: it is published at once, and its address made of the title.',
      headers: ['Idempotency-Key'],
      body: createPost,
      example: { title: 'The heron stood still', content: 'At *dawn*.', tags: ['birds'] },
      answers: { '201': json(post, 'Written.') },
      refusals: ['conflict', 'unavailable'],
    },
    'PATCH /posts/:id': {
      ...command,
      id: 'editPost',
      summary: 'Change a post',
      details:
        'What is left out stays as it is. An address that it had leads to it for ever. At `publishAt` a draft is published by itself.',
      body: editPost,
      example: { content: 'At *dusk*.' },
    },
    'POST /posts/:id/publish': { ...command, id: 'publishPost', summary: 'Show a post to everyone' },
    'POST /posts/:id/unpublish': { ...command, id: 'unpublishPost', summary: 'Make a post a draft again' },
    'DELETE /posts/:id': {
      ...command,
      id: 'deletePost',
      summary: 'Delete a post',
      answers: { '204': { description: 'Deleted.' } },
      refusals: ['gone', 'version-conflict', 'unavailable'],
    },
    'POST /posts/:id/take-down': {
      ...command,
      id: 'takeDownPost',
      summary: 'Withhold the texts of a post, for good',
      details:
        '`all` also deletes it; `earlier` keeps its present text. They leave the pages, feeds, searches and histories of now and of the past, for its author and moderators too. A second time changes nothing.',
      access: moderators,
      body: takeDownPost,
      example: { reason: 'It had the address of a private person.', texts: 'earlier' },
      answers: { '204': { description: 'Taken down.' } },
      refusals: ['version-conflict', 'unavailable'],
    },
    'POST /imports': {
      id: 'importPosts',
      summary: 'Take over posts from elsewhere',
      details:
        'Each item is checked by itself; a `key` becomes the same post always, so a second run changes nothing but puts pictures that came since into their places.',
      access: owners,
      under: '/api/posts',
      body: z.array(importPost),
      accepts: importItems,
      bodyBytesMax: limits.importBytesMax,
      example: [
        {
          ...{
            key: 'https://old.example/1',
            title: 'From before',
            content: 'Words.',
            excerpt: null,
            tags: [],
          },
          ...{ kind: 'post', status: 'published', authorName: null },
          ...{ createdAt: '2016-02-01T09:00:00.000Z', publishedAt: '2016-02-01T09:00:00.000Z' },
        },
      ],
      answers: { '200': json(z.array(importOutcome), 'What became of each, in order.') },
      refusals: ['unavailable'],
    },
    'POST /imports/addresses': {
      id: 'promiseAddresses',
      summary: 'Ask which addresses posts from elsewhere will have',
      details:
        'So that their texts can link to each other. A post that was imported before keeps the one that it has.',
      access: owners,
      under: '/api/posts',
      body: z.array(importAddress),
      accepts: z.array(importAddress).max(bounds.importItemsMax),
      bodyBytesMax: limits.importBytesMax,
      example: [{ key: 'https://old.example/1', title: 'From before', slug: 'from-before' }],
      answers: { '200': json(z.array(importedAddress), 'The address of each, in order.') },
      refusals: ['unavailable'],
    },
    'GET /posts': {
      id: 'listOwnPosts',
      summary: 'One’s own posts, drafts too; an owner’s are all',
      access: writers,
      under: '/api/author',
      query: z.object({
        limit,
        cursor: z.string().max(200, wrongCursor).optional(),
        status: z.enum(['draft', 'published']).optional(),
      }),
      headers: readHeaders,
      answers: {
        '200': json(z.array(listedPost), 'Newest first.'),
      },
    },
    'GET /posts/:id': {
      id: 'readOwnPost',
      summary: 'One’s own post, with its version',
      access: writers,
      under: '/api/author',
      headers: readHeaders,
      answers: { '200': json(post, 'The post; `ETag` is its version.') },
      refusals: ['gone'],
    },
    'GET /posts/:id/history': {
      id: 'readPostHistory',
      summary: 'What happened to a post',
      access: [...writers, 'moderator'],
      under: '/api',
      query: historyPage,
      headers: readHeaders,
      answers: { '200': json(z.array(postHistoryEntry), 'The facts of its stream in words, newest first.') },
      refusals: ['unavailable'],
    },
    'GET /posts/:id/history/:version': {
      id: 'readPostVersion',
      summary: 'A post as it was from a version on',
      access: writers,
      under: '/api',
      params: { version: z.string() },
      headers: readHeaders,
      answers: { '200': json(postVersion, 'All of it.') },
      refusals: ['gone', 'invalid', 'unavailable'],
    },
    'GET /posts/:id/diff': {
      id: 'comparePostVersions',
      summary: 'What changed between two versions of a post',
      access: writers,
      under: '/api',
      query: z.object({ from: version.optional(), to: version.optional() }),
      headers: readHeaders,
      answers: { '200': json(postDiff, 'Fields that are the same are left out.') },
      refusals: ['gone', 'unavailable'],
    },
    'GET /settings': {
      id: 'readSettings',
      summary: 'The settings of the blog, as a change of them begins',
      access: owners,
      under: '/api/author',
      answers: { '200': json(settings, 'All of them; `ETag` is their version.') },
      refusals: ['unavailable'],
    },
    'PUT /settings': {
      id: 'changeSettings',
      summary: 'Change the settings of the blog',
      details:
        'Those that are optional and absent stay as they are. To go back, put those of an earlier version.',
      access: owners,
      under: '/api',
      headers: commandHeaders,
      body: putSettings,
      example: { ...initialSettings(), title: 'Marsh Letters', timeZone: 'Europe/London' },
      answers: { '200': json(settings, 'All of them from now on; `ETag` is their version.') },
      refusals: ['version-conflict', 'unavailable'],
    },
    'GET /settings/history': {
      id: 'readSettingsHistory',
      summary: 'Who changed the settings of the blog, when, and to what',
      access: owners,
      under: '/api',
      query: historyPage,
      answers: { '200': json(z.array(settingsHistoryEntry), 'The latest first.') },
      refusals: ['unavailable'],
    },
  },
})
