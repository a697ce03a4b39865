import { accessTable, type Grant } from '@logbook/chassis/access/table.ts'
import { operator } from '@logbook/contracts/identity.ts'

const named = (names: readonly string[] | undefined): readonly Grant[] =>
  names === undefined
    ? ['service:*', operator]
    : [...names.map((name) => `service:${name}` as const), operator]

const anyService = named(undefined)
const manages: readonly Grant[] = [operator]

/** Rows for 405 answers, which only known callers get. */
const otherMethods = (...paths: `/${string}`[]): Record<`ALL /${string}`, readonly Grant[]> =>
  Object.fromEntries(paths.map((path) => [`ALL ${path}`, anyService]))

/**
 * The callers that each endpoint lets in. `readers` may read the log, or any service where no names are given. Further checks:
 * `append/permissions.ts` (who appends which events), `subscriptions/own.ts` (whose subscription) and `questions/topic-rights.ts`.
 */
export const accessOf = ({ readers }: { readers?: readonly string[] | undefined } = {}) =>
  accessTable({
    'POST /events': anyService,
    'GET /events': named(readers),
    'GET /streams/:subject': named(readers),
    'GET /openapi.json': anyService,
    'GET /asyncapi.json': anyService,
    'GET /metrics': [...manages, 'metrics'],
    'GET /subscriptions': anyService,
    'GET /subscriptions/:name': anyService,
    'PUT /subscriptions/:name': manages,
    'DELETE /subscriptions/:name': manages,
    'GET /subscriptions/:name/secret': manages,
    'POST /subscriptions/:name/pause': manages,
    'POST /subscriptions/:name/resume': manages,
    'POST /subscriptions/:name/reset': manages,
    'GET /subscriptions/:name/parked': anyService,
    'POST /subscriptions/:name/parked/replay': manages,
    'POST /subscriptions/:name/parked/skip': manages,
    'GET /subscriptions/:name/proof': anyService,
    'POST /subscriptions/:name/claim': anyService,
    'POST /subscriptions/:name/ack': anyService,
    'POST /subscriptions/:name/nack': anyService,
    'POST /subscriptions/:name/extend': anyService,
    'GET /questions': manages,
    'POST /questions/:topic': anyService,
    'POST /questions/:topic/claim': anyService,
    'POST /questions/:topic/reply': anyService,
    ...otherMethods(
      '/events',
      '/streams/:subject',
      '/openapi.json',
      '/asyncapi.json',
      '/subscriptions',
      '/subscriptions/:name',
      '/subscriptions/:name/secret',
      '/subscriptions/:name/pause',
      '/subscriptions/:name/resume',
      '/subscriptions/:name/reset',
      '/subscriptions/:name/parked',
      '/subscriptions/:name/parked/replay',
      '/subscriptions/:name/parked/skip',
      '/subscriptions/:name/proof',
      '/subscriptions/:name/claim',
      '/subscriptions/:name/ack',
      '/subscriptions/:name/nack',
      '/subscriptions/:name/extend',
      '/questions',
      '/questions/:topic',
      '/questions/:topic/claim',
      '/questions/:topic/reply',
    ),
  })
export type BusAccess = ReturnType<typeof accessOf>
