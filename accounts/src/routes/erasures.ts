import { callerOf } from '@logbook/chassis/access/gate.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import { uuidParam } from '@logbook/chassis/http/answers.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import type { RequestHandler } from 'express'
import type { Erasures } from '../erasure/erasures.ts'
import { limits } from '../limits.ts'
import type { ApiTokens } from '../people/api-tokens.ts'
import type { People } from '../people/people.ts'
import type { Sessions } from '../people/sessions.ts'
import { noStore, refuseScoped } from './self.ts'

interface ErasureParts {
  clock: Clock
  people: People
  sessions: Sessions
  apiTokens: ApiTokens
  erasures: Erasures
  follower: { readonly caughtUp: boolean }
  /** Yields the events with personal data of a person, unsealed, in log order. */
  eventsOf: (personId: string) => AsyncGenerator<RecordedEvent>
  onChange: () => void
}

/** Download and erasure of a person's data. */
export const erasureHandlers = (parts: ErasureParts) => {
  const { people, erasures, follower, onChange } = parts
  /** Throws `not-found` for an unknown id, and `unavailable` until the log has been read, which may know it. */
  const mustBeKnown = (id: string): void => {
    if (erasures.knows(id)) return
    if (follower.caughtUp) throw notFound('such person')
    throw new Problem('unavailable', { detail: 'The log is being read. Try again.', retryAfter: 1 })
  }

  return handlersOf(accountEndpoints)({
    'DELETE /people/:id'({ params: { id } }, caller) {
      const by = requesterOf(caller, id)
      const person = people.find(id)
      if (person) people.refuseLastOwner(person)
      mustBeKnown(id)
      const receipt = erasures.erase(id, by)
      onChange()
      return { body: receipt, location: `/erasures/${id}` }
    },
    'GET /erasures': () => ({ body: erasures.receipts(limits.pageSizeMax) }),
    'GET /erasures/:id'({ params }) {
      const receipt = erasures.receipt(params.id)
      if (receipt === undefined) throw notFound('such erasure')
      return { body: receipt }
    },
    // Streams: a person may have any number of events.
    'GET /people/:id/data': { raw: download(parts) },
  })
}

/** The id of the person who asks, null for the operator. Throws `forbidden` for anyone but the person themselves and owners. */
const requesterOf = (caller: Caller, id: string): string | null => {
  if (caller.kind !== 'person') return null
  refuseScoped(caller)
  if (caller.id !== id && caller.role !== 'owner')
    throw new Problem('forbidden', { detail: 'This is for the person themselves and for owners.' })
  return caller.id
}

const download =
  ({ eventsOf, clock, people, sessions, apiTokens }: ErasureParts): RequestHandler =>
  async (req, res) => {
    const id = uuidParam(req, 'id')
    requesterOf(callerOf(res), id)
    const person = people.find(id)
    const head = {
      id,
      account: person ? { ...person, ...people.ways(id) } : null,
      sessions: sessions.of(id, clock.now().toISOString()),
      tokens: apiTokens.of(id),
    }
    const events = eventsOf(id)
    // Read before anything is sent, so that an unreachable log gets a proper error.
    let next = await events.next()
    if (person === undefined && next.done) throw notFound('such person')
    res.set({
      ...noStore,
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
  }
