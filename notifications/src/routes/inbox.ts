import { answerCommand, linkNext } from '@logbook/chassis/http/answers.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { readAtPosition } from '@logbook/chassis/http/min-position.ts'
import { causeOf } from '@logbook/chassis/http/request-cause.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { preferencesSubject } from '@logbook/contracts/events/notifications.ts'
import { type InboxAnswer, readInbox } from '@logbook/contracts/http/notifications.ts'
import type { Request, Response, Router } from 'express'
import { decideRead } from '../domain/person.ts'
import { limits } from '../limits.ts'
import { inboxPage } from '../queries.ts'
import { personOf } from './person-of.ts'
import type { RoutesOptions } from './routes.ts'

/** What a person was told, on their own page. */
export const routeInbox = (router: Router, { inbox, follower, streams, watchers }: RoutesOptions): void => {
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })
  const read = readAtPosition(follower)

  router.get('/inbox', read, (req: Request, res: Response) => {
    const { id } = personOf(res)
    const { limit, cursor = Number.MAX_SAFE_INTEGER } = validate(inboxPage, req.query)
    const { notes, last } = inbox.page(id, { before: cursor, limit })
    if (last !== undefined) res.set('Link', linkNext(req, { cursor: String(last) }))
    res.set('Cache-Control', 'no-store')
    res.json({ unread: inbox.unread(id), notes } satisfies InboxAnswer)
  })

  router.post('/inbox/read', body, async (req: Request, res: Response) => {
    const { id } = personOf(res)
    const { upTo } = validate(readInbox, req.body)
    const { state, position } = await streams.people.handle({
      subject: preferencesSubject(id),
      decide: decideRead(Math.min(upTo, follower.position), id),
      ...causeOf(res),
    })
    answerCommand(res, { status: 200, position, body: { upTo: state.readUpTo } })
  })

  router.get('/inbox/changes', (req: Request, res: Response) => {
    const { id } = personOf(res)
    // A stream that HEAD asked for would never end.
    if (req.method === 'HEAD') return void res.type('text/event-stream').end()
    watchers.open(id, res)
  })
}
