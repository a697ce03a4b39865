import { accessTable, type RowName } from '@logbook/chassis/access/table.ts'
import type { Grant } from '@logbook/contracts/http/endpoint.ts'
import { operator } from '@logbook/contracts/identity.ts'

const named = (names: readonly string[] | undefined): readonly Grant[] =>
  names === undefined
    ? ['service:*', operator]
    : [...names.map((name) => `service:${name}` as const), operator]

const anyService = named(undefined)
const manages: readonly Grant[] = [operator]

/** Rows for the 405 answers of all paths, which only known callers get. */
const otherMethods = (table: Readonly<Record<RowName, readonly Grant[]>>) =>
  Object.fromEntries(
    Object.keys(table)
      .map((row) => row.replace(/^\w+ /, 'ALL ') as `ALL /${string}`)
      .filter((row) => row !== 'ALL /metrics')
      .map((row) => [row, anyService]),
  )

/**
 * The callers that each endpoint lets in. `readers` may read the log, or any service where no names are given. Further checks:
 * `append/permissions.ts` (who appends which events), `subscriptions/own.ts` (whose subscription) and `questions/topic-rights.ts`.
 */
export const accessOf = ({ readers }: { readers?: readonly string[] | undefined } = {}) => {
  const rows = accessTable({
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
  })
  return { ...rows, ...otherMethods(rows) }
}
export type BusAccess = ReturnType<typeof accessOf>
