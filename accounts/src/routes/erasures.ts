import { callerOf } from '@logbook/chassis/access/gate.ts'
import { uuidParam } from '@logbook/chassis/http/answers.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import type { Request, Response, Router } from 'express'
import { limits } from '../limits.ts'
import type { RoutesOptions } from './routes.ts'
import { byHand } from './self.ts'

/** What is known of a person, handed over; and its end. */
export const routeErasures = (router: Router, options: RoutesOptions): void => {
  routeData(router, options)
  const { people, erasures, read, follower, onChange } = options
  /** Of whom nothing is known there is nothing to erase; what the log holds is known once it has been read. */
  const mustBeKnown = (id: string): void => {
    if (erasures.knows(id)) return
    if (follower.caughtUp) throw notFound('such person')
    throw new Problem('unavailable', { detail: 'The log is being read: ask again.', retryAfter: 1 })
  }

  router.delete('/people/:id', (req: Request, res: Response) => {
    const { id, by } = subjectOf(req, res)
    const person = people.find(id)
    if (person) people.refuseLastOwner(person)
    mustBeKnown(id)
    const receipt = erasures.erase(id, by)
    onChange()
    res.status(202).location(`/erasures/${id}`).json(receipt)
  })

  router.get('/erasures', read, (_req, res) => {
    res.json(erasures.receipts(limits.pageSizeMax))
  })

  router.get('/erasures/:id', read, (req: Request, res: Response) => {
    const receipt = erasures.receipt(uuidParam(req, 'id'))
    if (receipt === undefined) throw notFound('such erasure')
    res.json(receipt)
  })
}

/** Whom it is about, and who asks: themselves, an owner, or the operator, who is no person. Nobody else gets this far. */
const subjectOf = (req: Request, res: Response): { id: string; by: string | null } => {
  const id = uuidParam(req, 'id')
  const caller = callerOf(res)
  if (caller.kind !== 'person') return { id, by: null }
  byHand(caller)
  if (caller.id !== id && caller.role !== 'owner')
    throw new Problem('forbidden', { detail: 'This is for the person themselves and for owners.' })
  return { id, by: caller.id }
}

const routeData = (
  router: Router,
  { eventsOf, clock, people, sessions, apiTokens, read }: RoutesOptions,
): void => {
  router.get('/people/:id/data', read, async (req: Request, res: Response) => {
    const { id } = subjectOf(req, res)
    const person = people.find(id)
    const head = {
      id,
      account: person ? { ...person, ...people.ways(id) } : null,
      sessions: sessions.of(id, clock.now().toISOString()),
      tokens: apiTokens.of(id),
    }
    const events = eventsOf(id)
    // The first one is asked for before anything is sent, so that a log that is away is a clear answer.
    let next = await events.next()
    if (person === undefined && next.done) throw notFound('such person')
    res.set({
      'Cache-Control': 'no-store',
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Disposition': `attachment; filename="logbook-${id}.json"`,
    })
    res.write(`${JSON.stringify(head).slice(0, -1)},"events":[`)
    for (let between = ''; !next.done; between = ',') {
      if (!res.write(`${between}\n${JSON.stringify(next.value)}`))
        await new Promise((resolve) => res.once('drain', resolve).once('close', resolve))
      if (res.destroyed) return
      next = await events.next()
    }
    res.end(']}\n')
  })
}
