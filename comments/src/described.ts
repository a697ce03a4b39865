import { json } from '@logbook/chassis/described/operation.ts'
import {
  type Descriptions,
  describeService,
  metricsDescription,
  ofCommands,
  ofReads,
} from '@logbook/chassis/described/service.ts'
import {
  createComment,
  editComment,
  importComment,
  publicComment,
  takeDownComment,
  voteOnComment,
} from '@logbook/contracts/http/comments.ts'
import { importOutcome } from '@logbook/contracts/http/imports.ts'
import { entityId } from '@logbook/contracts/text.ts'
import { z } from 'zod'
import { access } from './access.ts'
import { threadPage } from './queries.ts'

const comment = publicComment.meta({
  id: 'Comment',
  description: 'A comment; what may not be shown is null. Its author is shown their own text.',
})
const changed = { '200': json(comment, 'The comment as it is from now on; `ETag` is its version.') }

const operations: Descriptions<typeof access> = {
  'POST /posts/:id/comments': {
    id: 'writeComment',
    summary: 'Comment on a post, or reply to a comment',
    details: 'It waits until it is judged. `author` is for guests; people go by the name of their account.',
    heeds: ['Idempotency-Key'],
    body: createComment,
    example: { content: 'It looked at *me*.', author: { name: 'A reader' } },
    answers: { '201': json(comment, 'Written.') },
    refusals: ['comments-closed', 'conflict', 'unavailable'],
  },
  'PATCH /comments/:id': {
    id: 'editComment',
    summary: 'Change one’s own comment',
    details:
      'The new text is judged again. The settings of the blog say how long after it was sent: 15 minutes at first.',
    heeds: ofCommands,
    body: editComment,
    example: { content: 'It looked at *us*.' },
    answers: changed,
    refusals: ['gone', 'conflict', 'version-conflict', 'unavailable'],
  },
  'PUT /comments/:id/vote': {
    id: 'voteOnComment',
    summary: 'Vote for or against a comment; 0 takes the vote back',
    heeds: ofCommands,
    body: voteOnComment,
    example: { value: 1 },
    answers: {
      '200': json(
        z.object({ id: entityId, score: z.number().int(), value: z.number().int() }),
        'How it stands.',
      ),
    },
    refusals: ['gone', 'conflict', 'version-conflict', 'unavailable'],
  },
  'POST /comments/:id/promote': {
    id: 'promoteComment',
    summary: 'Pick a comment out',
    heeds: ofCommands,
    answers: changed,
    refusals: ['gone', 'conflict', 'version-conflict', 'unavailable'],
  },
  'POST /comments/:id/take-down': {
    id: 'takeDownComment',
    summary: 'Withhold every text of a comment, for good',
    details:
      'It is deleted, and its texts leave the pages, feeds, searches and histories of now and of the past, for moderators too. A second time changes nothing.',
    heeds: ofCommands,
    body: takeDownComment,
    example: { reason: 'It has the address of a private person.' },
    answers: { '204': { description: 'Taken down.' } },
    refusals: ['version-conflict', 'unavailable'],
  },
  'DELETE /comments/:id': {
    id: 'deleteComment',
    summary: 'Delete a comment',
    details: 'One’s own, or any for a moderator. Guests have as long as for a change.',
    heeds: ofCommands,
    answers: { '204': { description: 'Deleted.' } },
    refusals: ['gone', 'version-conflict', 'unavailable'],
  },
  'POST /imports': {
    id: 'importComments',
    summary: 'Take over comments from elsewhere',
    details:
      'Each item is checked by itself; a `key` becomes the same comment always, so a second run changes nothing.',
    body: z.array(importComment),
    example: [
      {
        ...{ key: 'https://old.example/1#1', postKey: 'https://old.example/1', parentKey: null },
        ...{ author: { name: 'A reader' }, content: 'Words.', status: 'approved' },
        createdAt: '2016-02-02T09:00:00.000Z',
      },
    ],
    answers: { '200': json(z.array(importOutcome), 'What became of each, in order.') },
    refusals: ['unavailable'],
  },
  'GET /posts/:id/comments': {
    id: 'listComments',
    summary: 'The comments on a post, oldest first',
    query: threadPage,
    heeds: ofReads,
    answers: { '200': json(z.array(comment), '`Link`, rel="next", has the next page.') },
  },
  'GET /comments/:id': {
    id: 'readComment',
    summary: 'One comment, with its version',
    heeds: ofReads,
    answers: { '200': json(comment, 'The comment; `ETag` is its version.') },
    refusals: ['gone'],
  },
  'GET /metrics': metricsDescription('comments'),
}

/** What comments takes and answers. */
export const description = (): object =>
  describeService({
    service: 'comments',
    description: 'Where comments and votes are taken.',
    access,
    operations,
  })
