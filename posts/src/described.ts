import { json } from '@logbook/chassis/described/operation.ts'
import {
  type Descriptions,
  describeService,
  metricsDescription,
  ofCommands,
  ofReads,
} from '@logbook/chassis/described/service.ts'
import { postState } from '@logbook/contracts/events/posts.ts'
import { blogSettings, initialSettings } from '@logbook/contracts/events/settings.ts'
import { importOutcome } from '@logbook/contracts/http/imports.ts'
import { postDiff, postHistoryEntry, postVersion } from '@logbook/contracts/http/post-history.ts'
import {
  createPost,
  editPost,
  importAddress,
  importedAddress,
  importPost,
  takeDownPost,
} from '@logbook/contracts/http/posts.ts'
import { putSettings, settingsHistoryEntry } from '@logbook/contracts/http/settings.ts'
import { entityId } from '@logbook/contracts/text.ts'
import { z } from 'zod'
import { access } from './access.ts'
import { diffQuery, historyPage, listQuery } from './routes/paging.ts'

const post = postState.meta({ id: 'Post', description: 'All of a post; of a deleted one, that it is.' })
const changed = { '200': json(post, 'The post as it is from now on; `ETag` is its version.') }
const settings = blogSettings.meta({ id: 'Settings', description: 'What holds for the blog as a whole.' })
const operations: Descriptions<typeof access> = {
  'POST /posts': {
    id: 'createPost',
    summary: 'Write a post',
    details: 'A title is enough: it is published at once, and its address made of the title.',
    heeds: ['Idempotency-Key'],
    body: createPost,
    example: { title: 'The heron stood still', content: 'At *dawn*.', tags: ['birds'] },
    answers: { '201': json(post, 'Written.') },
    refusals: ['conflict', 'unavailable'],
  },
  'PATCH /posts/:id': {
    id: 'editPost',
    summary: 'Change a post',
    details: 'What is left out stays as it is. An address that it had leads to it for ever.',
    heeds: ofCommands,
    body: editPost,
    example: { content: 'At *dusk*.' },
    answers: changed,
    refusals: ['gone', 'conflict', 'version-conflict', 'unavailable'],
  },
  'POST /posts/:id/publish': {
    id: 'publishPost',
    summary: 'Show a post to everyone',
    heeds: ofCommands,
    answers: changed,
    refusals: ['gone', 'conflict', 'version-conflict', 'unavailable'],
  },
  'POST /posts/:id/unpublish': {
    id: 'unpublishPost',
    summary: 'Make a post a draft again',
    heeds: ofCommands,
    answers: changed,
    refusals: ['gone', 'conflict', 'version-conflict', 'unavailable'],
  },
  'DELETE /posts/:id': {
    id: 'deletePost',
    summary: 'Delete a post',
    heeds: ofCommands,
    answers: { '204': { description: 'Deleted.' } },
    refusals: ['gone', 'version-conflict', 'unavailable'],
  },
  'POST /posts/:id/take-down': {
    id: 'takeDownPost',
    summary: 'Withhold the texts of a post, for good',
    details:
      '`all` also deletes it; `earlier` keeps its present text. They leave the pages, feeds, searches and histories of now and of the past, for its author and moderators too. A second time changes nothing.',
    heeds: ofCommands,
    body: takeDownPost,
    example: { reason: 'It had the address of a private person.', texts: 'earlier' },
    answers: { '204': { description: 'Taken down.' } },
    refusals: ['version-conflict', 'unavailable'],
  },
  'POST /imports': {
    id: 'importPosts',
    summary: 'Take over posts from elsewhere',
    details:
      'Each item is checked by itself; a `key` becomes the same post always, so a second run changes nothing.',
    body: z.array(importPost),
    example: [
      {
        ...{ key: 'https://old.example/1', title: 'From before', content: 'Words.', excerpt: null, tags: [] },
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
    body: z.array(importAddress),
    example: [{ key: 'https://old.example/1', title: 'From before', slug: 'from-before' }],
    answers: { '200': json(z.array(importedAddress), 'The address of each, in order.') },
    refusals: ['unavailable'],
  },
  'GET /posts': {
    id: 'listOwnPosts',
    summary: 'One’s own posts, drafts too; an owner’s are all',
    query: listQuery,
    heeds: ofReads,
    answers: { '200': json(z.array(z.looseObject({ id: entityId, version: z.number() })), 'Newest first.') },
  },
  'GET /posts/:id': {
    id: 'readOwnPost',
    summary: 'One’s own post, with its version',
    heeds: ofReads,
    answers: { '200': json(post, 'The post; `ETag` is its version.') },
    refusals: ['gone'],
  },
  'GET /posts/:id/history': {
    id: 'readPostHistory',
    summary: 'What happened to a post',
    query: historyPage,
    heeds: ofReads,
    answers: { '200': json(z.array(postHistoryEntry), 'The facts of its stream in words, newest first.') },
    refusals: ['unavailable'],
  },
  'GET /posts/:id/history/:version': {
    id: 'readPostVersion',
    summary: 'A post as it was from a version on',
    heeds: ofReads,
    answers: { '200': json(postVersion, 'All of it.') },
    refusals: ['gone', 'invalid', 'unavailable'],
  },
  'GET /posts/:id/diff': {
    id: 'comparePostVersions',
    summary: 'What changed between two versions of a post',
    query: diffQuery,
    heeds: ofReads,
    answers: { '200': json(postDiff, 'Fields that are the same are left out.') },
    refusals: ['gone', 'unavailable'],
  },
  'GET /settings': {
    id: 'readSettings',
    summary: 'The settings of the blog, as a change of them begins',
    answers: { '200': json(settings, 'All of them; `ETag` is their version.') },
    refusals: ['unavailable'],
  },
  'PUT /settings': {
    id: 'changeSettings',
    summary: 'Change the settings of the blog',
    details:
      'Those that are optional and absent stay as they are. To go back, put those of an earlier version.',
    heeds: ofCommands,
    body: putSettings,
    example: { ...initialSettings(), title: 'Marsh Letters', timeZone: 'Europe/London' },
    answers: { '200': json(settings, 'All of them from now on; `ETag` is their version.') },
    refusals: ['version-conflict', 'unavailable'],
  },
  'GET /settings/history': {
    id: 'readSettingsHistory',
    summary: 'Who changed the settings of the blog, when, and to what',
    query: historyPage,
    answers: { '200': json(z.array(settingsHistoryEntry), 'The latest first.') },
    refusals: ['unavailable'],
  },
  'GET /metrics': metricsDescription('posts'),
}

/** What posts takes and answers. */
export const description = (): object =>
  describeService({
    service: 'posts',
    description: 'Where posts are written. Every command appends events to the log; `Position` says where.',
    access,
    operations,
  })
