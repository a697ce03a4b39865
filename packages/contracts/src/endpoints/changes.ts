import { z } from 'zod'
import { anyone, people } from '../http/access.ts'
import { type Endpoint, type Endpoints, json, readHeaders } from '../http/endpoint.ts'
import { marks, missedChanges } from '../http/query.ts'
import { validity, validityQuery } from '../http/validity.ts'
import { entityId } from '../text.ts'

export const positionText = z.string().regex(/^\d{1,15}$/, 'must be a log position, a whole number')
const changesQuery = z.object({ post: entityId, after: positionText.optional() })

const eventStream = (description: string) => ({
  '200': { description, content: { 'text/event-stream': { schema: { type: 'string' } } } },
})

const read = { access: anyone, headers: readHeaders } as const satisfies Partial<Endpoint>

/** Live changes, and what gateways ask to keep their caches, as rows of the endpoints of query. Those without `under` are for gateways alone. */
export const changesRows = {
  'GET /changes': {
    ...read,
    id: 'followChanges',
    under: '/api',
    summary: 'What happens to a post, as it happens',
    query: changesQuery,
    headers: ['Last-Event-ID', ...readHeaders],
    answers: eventStream('Server-sent events; the id is a log position. At the gateway a WebSocket too.'),
    refusals: ['not-found', 'unavailable'],
  },
  'GET /validity': {
    ...read,
    id: 'readValidity',
    summary: 'Which cached answers are still valid',
    details:
      'For gateways: `since` is the `View-State` of what they keep, named by the `Cache-Tag` that came with it.',
    query: validityQuery,
    answers: { '200': json(validity, 'The present state, and the tags that changed since.') },
    refusals: [],
  },
  'GET /marks': {
    ...read,
    id: 'readMarks',
    summary: 'Posts below which the caller has comments or votes',
    details: 'For gateways: any other page is the same for all readers with an account, their name apart.',
    access: people,
    answers: {
      '200': json(marks, 'The posts, valid at `View-State` for as long as the `Cache-Tag` does not change.'),
    },
    refusals: [],
  },
  'GET /changes/missed': {
    ...read,
    id: 'readMissedChanges',
    summary: 'What has happened to a post since a position',
    query: changesQuery,
    headers: ['Last-Event-ID', ...readHeaders],
    answers: {
      '200': json(missedChanges, 'The latest change of each thing, or that it is too much to tell.'),
    },
    refusals: ['not-found'],
  },
  'GET /changes/feed': {
    id: 'followAllChanges',
    summary: 'What happens to all posts, for gateways that tell those who watch one',
    access: anyone,
    answers: eventStream(
      'Server-sent events: `begin`, then changes with the id of their post, and `flushed` after each batch.',
    ),
    refusals: ['view-behind', 'unavailable'],
  },
} as const satisfies Endpoints
