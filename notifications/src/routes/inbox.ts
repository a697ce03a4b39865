import { callerOf, personOf } from '@logbook/chassis/access/gate.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { preferencesSubject } from '@logbook/contracts/events/notifications.ts'
import { decideRead } from '../domain/person.ts'
import type { Streams } from '../log/streams.ts'
import type { Inbox } from '../read-model/inbox.ts'
import type { InboxStreams } from './inbox-streams.ts'

interface InboxOptions {
  inbox: Inbox
  follower: { readonly position: number }
  people: Streams['people']
  inboxStreams: InboxStreams
}

/** The caller's inbox, the server-sent events of its changes, and what gateways ask to show how much is unread. */
export const inboxHandlers = ({ inbox, follower, people, inboxStreams }: InboxOptions) =>
  handlersOf(notificationEndpoints)({
    'GET /inbox'({ query: { limit, cursor = Number.MAX_SAFE_INTEGER } }, caller) {
      const { id } = personOf(caller)
      const { notes, last } = inbox.page(id, { before: cursor, limit })
      return {
        body: { unread: inbox.unread(id), notes },
        next: last === undefined ? undefined : { cursor: String(last) },
        headers: { 'Cache-Control': 'no-store' },
      }
    },
    async 'POST /inbox/read'({ body: { upTo }, command }, caller) {
      const { id } = personOf(caller)
      const { state, position } = await people.handle({
        ...command,
        subject: preferencesSubject(id),
        decide: decideRead(Math.min(upTo, follower.position), id),
      })
      return { body: { upTo: state.readUpTo }, position }
    },
    // Both stream.
    'GET /inbox/changes': {
      raw(req, res) {
        const { id } = personOf(callerOf(res))
        // The stream of a HEAD request would never end.
        if (req.method === 'HEAD') return void res.type('text/event-stream').end()
        inboxStreams.open(id, res)
      },
    },
    'GET /inbox/feed': {
      raw(req, res) {
        if (req.method === 'HEAD') return void res.type('text/event-stream').end()
        inboxStreams.follow(res, follower.position)
      },
    },
    'GET /people/:personId/unread': ({ params: { personId } }) => ({
      body: { unread: inbox.unread(personId) },
      headers: { 'Cache-Control': 'no-store' },
    }),
  })
