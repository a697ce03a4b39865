import { z } from 'zod'
import { anyone, curators, knownReaders, moderators, owners } from '../http/access.ts'
import {
  createComment,
  editComment,
  importComment,
  publicComment,
  setAdvertised,
  setAnonymized,
  setPromoted,
  setSearchable,
  takeDownComment,
  voteOnComment,
} from '../http/comments.ts'
import { commandHeaders, type Endpoint, endpoints, json, readHeaders } from '../http/endpoint.ts'
import { importItems, importOutcome } from '../http/imports.ts'
import { pageQuery } from '../http/page.ts'
import { entityId } from '../text.ts'

const limits = {
  /** Room for the longest comment, in any script and however it is escaped. */
  commentBytesMax: 64 * 1024,
  /** Of one import: room for as many comments as it takes, unless they are very long. */
  importBytesMax: 4 * 1024 * 1024,
} as const

const page = pageQuery({ sizeDefault: 50, sizeMax: 200 })
const threadPage = z.object({ ...page, cursor: page.cursor.unwrap().default(0) })

const comment = publicComment.meta({
  id: 'Comment',
  description: 'A comment; what may not be shown is null. Its author is shown their own text.',
})
const changed = { '200': json(comment, 'The comment as it is from now on; `ETag` is its version.') }

/** Sets or clears one flag. A value that it has already changes nothing. */
const flag = {
  under: '/api',
  headers: commandHeaders,
  answers: changed,
  refusals: ['gone', 'conflict', 'version-conflict', 'unavailable'],
} as const satisfies Partial<Endpoint>

/** Whose comment it is, and for how long a guest's, is decided in `comments/src/domain/permission.ts`. */
export const commentEndpoints = endpoints('comments', {
  description: 'Where comments and votes are taken.',
  rows: {
    'POST /posts/:id/comments': {
      id: 'writeComment',
      summary: 'Comment on a post, or reply to a comment',
      details: 'It waits until it is judged. `author` is for guests; people go by the name of their account.',
      access: knownReaders,
      under: '/api',
      headers: ['Idempotency-Key'],
      body: createComment,
      bodyBytesMax: limits.commentBytesMax,
      example: { content: 'It looked at *me*.', author: { name: 'A reader' } },
      answers: { '201': json(comment, 'Written.') },
      refusals: ['comments-closed', 'conflict', 'unavailable'],
    },
    'PATCH /comments/:id': {
      id: 'editComment',
      summary: 'Change one’s own comment',
      details:
        'The new text is judged again. The settings of the blog say how long after it was sent: 15 minutes at first.',
      access: knownReaders,
      under: '/api',
      headers: commandHeaders,
      body: editComment,
      bodyBytesMax: limits.commentBytesMax,
      example: { content: 'It looked at *us*.' },
      answers: changed,
      refusals: ['gone', 'conflict', 'version-conflict', 'unavailable'],
    },
    'PUT /comments/:id/vote': {
      id: 'voteOnComment',
      summary: 'Vote for or against a comment; 0 takes the vote back',
      access: knownReaders,
      under: '/api',
      headers: commandHeaders,
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
      ...flag,
      id: 'promoteComment',
      summary: 'Feature a comment; the same as `PUT /comments/:id/promoted` with true',
      access: curators,
    },
    'PUT /comments/:id/promoted': {
      ...flag,
      id: 'setCommentPromoted',
      summary: 'Feature a comment in its thread and in the digest, or no more',
      details: 'For the writer of the post and moderators. It must be approved; an edit of it ends this.',
      access: curators,
      body: setPromoted,
      example: { promoted: true },
    },
    'PUT /comments/:id/advertised': {
      ...flag,
      id: 'setCommentAdvertised',
      summary: 'Quote a comment beside its post, or no more',
      details: 'For the writer of the post and moderators. It must be approved; an edit of it ends this.',
      access: curators,
      body: setAdvertised,
      example: { advertised: true },
    },
    'PUT /comments/:id/searchable': {
      ...flag,
      id: 'setCommentSearchable',
      summary: 'Leave a comment out of searches, or have it found again',
      details: 'For the writer of the post and moderators. Every approved comment is found until then.',
      access: curators,
      body: setSearchable,
      example: { searchable: false },
    },
    'PUT /comments/:id/anonymized': {
      ...flag,
      id: 'setCommentAnonymized',
      summary: 'Show a comment without the name of its author, or with it again',
      details:
        'For its author, guests as long as for a change, and moderators. The name leaves the pages, feeds, searches and messages of now and of the past. Its author can’t show a name again that a moderator has hidden.',
      access: knownReaders,
      body: setAnonymized,
      example: { anonymized: true },
    },
    'POST /comments/:id/take-down': {
      id: 'takeDownComment',
      summary: 'Withhold every text of a comment, for good',
      details:
        'It is deleted, and its texts leave the pages, feeds, searches and histories of now and of the past, for moderators too. A second time changes nothing.',
      access: moderators,
      under: '/api',
      headers: commandHeaders,
      body: takeDownComment,
      example: { reason: 'It has the address of a private person.' },
      answers: { '204': { description: 'Taken down.' } },
      refusals: ['version-conflict', 'unavailable'],
    },
    'DELETE /comments/:id': {
      id: 'deleteComment',
      summary: 'Delete a comment',
      details: 'One’s own, or any for a moderator. Guests have as long as for a change.',
      access: knownReaders,
      under: '/api',
      headers: commandHeaders,
      answers: { '204': { description: 'Deleted.' } },
      refusals: ['gone', 'version-conflict', 'unavailable'],
    },
    'POST /imports': {
      id: 'importComments',
      summary: 'Take over comments from elsewhere',
      details:
        'Each item is checked by itself; a `key` becomes the same comment always, so a second run changes nothing.',
      access: owners,
      under: '/api/comments',
      body: z.array(importComment),
      accepts: importItems,
      bodyBytesMax: limits.importBytesMax,
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
      access: anyone,
      under: '/api',
      query: threadPage,
      headers: readHeaders,
      answers: { '200': json(z.array(comment), '`Link`, rel="next", has the next page.') },
    },
    'GET /comments/:id': {
      id: 'readComment',
      summary: 'One comment, with its version',
      access: anyone,
      under: '/api',
      headers: readHeaders,
      answers: { '200': json(comment, 'The comment; `ETag` is its version.') },
      refusals: ['gone'],
    },
  },
})
