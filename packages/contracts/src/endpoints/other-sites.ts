import { anyone } from '../http/access.ts'
import { type Endpoints, json } from '../http/endpoint.ts'
import { mentionAnswer, sentMentionsAnswer } from '../http/notifications.ts'

/** What other sites ask for by standards of the W3C, and what they were told, as rows of the endpoints of notifications. */
export const otherSitesRows = {
  'POST /webmention': {
    id: 'sendWebmention',
    access: anyone,
    under: '',
    summary: 'Say that a page elsewhere mentions a post (Webmention)',
    details:
      'A form with `source`, the page, and `target`, the address of the post. The page is fetched later; if it links to the post, it is shown among the comments once moderation lets it. The same again updates it, or removes it if the page is gone.',
    answers: { '202': { description: '`Location` says what became of it.' } },
    refusals: ['bad-form', 'wrong-content-type', 'too-large', 'too-many', 'unavailable'],
  },
  'GET /webmention/:id': {
    id: 'readWebmention',
    access: anyone,
    under: '',
    summary: 'What became of a mention that was sent',
    answers: { '200': json(mentionAnswer, 'It is forgotten after a month.') },
    refusals: ['not-found'],
  },
  'POST /websub': {
    id: 'askHub',
    access: anyone,
    under: '',
    summary: 'Subscribe to a feed, or unsubscribe (WebSub)',
    details:
      'The hub of the feeds, as long as the settings name no other. A form with `hub.mode` (`subscribe` or `unsubscribe`), `hub.callback`, `hub.topic` (the `self` address of a feed), and perhaps `hub.lease_seconds` and `hub.secret`. The callback is asked by GET whether it agrees, or told why it is denied. It then gets the whole feed by POST at each change, signed in `X-Hub-Signature` (sha256) with the secret. A lease lasts from an hour to 30 days, 10 days if none is named; subscribing again renews it.',
    answers: { '202': { description: 'The callback is asked next.' } },
    refusals: ['bad-form', 'wrong-content-type', 'too-large', 'too-many', 'unavailable'],
  },
  'GET /mentions/:id': {
    id: 'readSentMentions',
    access: ['author', 'moderator', 'owner'],
    under: '/api/notifications',
    summary: 'The pages elsewhere that a post links to, and whether they were told (Webmention)',
    answers: { '200': json(sentMentionsAnswer, 'The latest first; empty for a post without links.') },
  },
} as const satisfies Endpoints
