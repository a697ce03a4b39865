import { z } from 'zod'
import { people, services } from '../http/access.ts'
import { type Endpoints, json, readHeaders } from '../http/endpoint.ts'
import { inboxAnswer, readInbox, unreadNotices } from '../http/notifications.ts'
import { pageQuery } from '../http/page.ts'
import { entityId } from '../text.ts'
import { tokenGrants } from '../token-grants.ts'

const inboxPage = z.object(pageQuery({ sizeDefault: 30, sizeMax: 100 }))
const under = '/api/notifications'
const stream = (description: string) => ({
  description,
  content: { 'text/event-stream': { schema: { type: 'string' as const } } },
})

/** People's inboxes, as rows of the endpoints of notifications. Those without `under` are for gateways alone. */
export const inboxRows = {
  'GET /inbox': {
    id: 'readInbox',
    access: people,
    under,
    summary: 'The notes in the caller’s inbox, latest first',
    query: inboxPage,
    headers: readHeaders,
    answers: { '200': json(inboxAnswer, '`Link`, rel="next", has the next page.') },
  },
  'POST /inbox/read': {
    id: 'markInboxRead',
    access: people,
    under,
    summary: 'Mark all notes up to a position as read',
    body: readInbox,
    example: { upTo: 0 },
    answers: { '200': json(readInbox, 'Up to where it was seen.') },
    refusals: ['version-conflict', 'unavailable'],
  },
  'GET /inbox/changes': {
    id: 'watchInbox',
    access: people,
    under,
    summary: 'Watch the inbox for changes (server-sent events)',
    answers: {
      '200': stream(
        'A stream of `inbox` events: one at the start and one for each change, with the number of notices that were not read, such as `{"unread":3}`.',
      ),
    },
    refusals: ['too-many', 'unavailable'],
  },
  'GET /inbox/feed': {
    id: 'followInboxes',
    access: services(tokenGrants.countsNotices),
    summary: 'Whose inbox changes, for gateways that show how many notices a person has not read',
    answers: {
      '200': stream(
        'Server-sent events: `begin`, then `inbox` with the ids of people; the id is a log position.',
      ),
    },
    refusals: ['unavailable'],
  },
  'GET /people/:personId/unread': {
    id: 'countUnread',
    access: services(tokenGrants.countsNotices),
    summary: 'How many notices a person has not read',
    headers: readHeaders,
    params: { personId: entityId },
    answers: { '200': json(unreadNotices, 'Of those that are kept and may still be seen.') },
  },
} as const satisfies Endpoints
