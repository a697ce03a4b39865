import { json } from '@logbook/chassis/described/operation.ts'
import { type Description, ofReads } from '@logbook/chassis/described/service.ts'
import { marks, missedChanges } from '@logbook/contracts/http/query.ts'
import { validity, validityQuery } from '@logbook/contracts/http/validity.ts'
import { changesQuery } from './routes/queries.ts'

/** What gateways ask, to keep answers and to tell those who watch a post. */
export const ofGateways = {
  'GET /validity': {
    id: 'readValidity',
    summary: 'Which cached answers are still valid',
    details:
      'For gateways: `since` is the `View-State` of what they keep, named by the `Cache-Tag` that came with it.',
    query: validityQuery,
    heeds: ofReads,
    answers: { '200': json(validity, 'The present state, and the tags that changed since.') },
    refusals: [],
  },
  'GET /marks': {
    id: 'readMarks',
    summary: 'Posts below which the caller has comments or votes',
    details: 'For gateways: any other page is the same for all readers with an account, their name apart.',
    heeds: ofReads,
    answers: {
      '200': json(marks, 'The posts, valid at `View-State` for as long as the `Cache-Tag` does not change.'),
    },
    refusals: [],
  },
  'GET /changes/missed': {
    id: 'readMissedChanges',
    summary: 'What has happened to a post since a position',
    query: changesQuery,
    heeds: ['Last-Event-ID', ...ofReads],
    answers: {
      '200': json(missedChanges, 'The latest change of each thing, or that it is too much to tell.'),
    },
    refusals: ['not-found'],
  },
  'GET /changes/feed': {
    id: 'followAllChanges',
    summary: 'What happens to all posts, for gateways that tell those who watch one',
    answers: {
      '200': {
        description:
          'Server-sent events: `begin`, then changes with the id of their post, and `flushed` after each batch.',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
    },
    refusals: ['view-behind', 'unavailable'],
  },
} satisfies Record<string, Description>
