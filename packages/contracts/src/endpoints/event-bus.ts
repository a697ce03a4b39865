import { z } from 'zod'
import { busManagers, busServices } from '../http/access.ts'
import { endpoints, type Grant } from '../http/endpoint.ts'
import { logBounds } from '../http/log-bounds.ts'
import { exampleLog } from '../http/log-events.ts'
import { logIdentity } from '../http/log-identity.ts'
import { eventRows, readRows } from './event-bus-events.ts'
import { questionRows } from './event-bus-questions.ts'
import { subscriptionRows } from './event-bus-subscriptions.ts'

const grantsFor = (readers: readonly string[] | undefined): readonly Grant[] =>
  readers === undefined ? busServices : [...readers.map((name) => `service:${name}` as const), ...busManagers]

/** The endpoints of the bus, none of which is public. `readers` are the services that may read the log, all of them unless given. */
export const busEndpointsFor = ({ readers }: { readers?: readonly string[] | undefined } = {}) =>
  endpoints('event-bus', {
    description: `A durable log of CloudEvents with delivery. A request body holds at most ${logBounds.requestBytesMax} bytes, an event ${logBounds.eventBytesMax}. Every refusal is a problem (RFC 9457).`,
    tags: {
      events: 'The log: append, read, follow.',
      subscriptions: 'Delivery, with a position that the bus keeps.',
      questions: 'Request and reply, in memory alone.',
    },
    health: {
      says: { position: z.number().int().min(0), log: logIdentity, followers: z.number().int().min(0) },
      example: { position: 1, followers: 0, log: exampleLog },
    },
    measures:
      'Appends, refusals by code, positions, commits, followers and how many are behind; per subscription its lag, oldest unacknowledged age, attempts, parked events and rate; requests by route and status; the process.',
    rows: { ...eventRows, ...readRows(grantsFor(readers)), ...subscriptionRows, ...questionRows },
  })

export const busEndpoints = busEndpointsFor()
