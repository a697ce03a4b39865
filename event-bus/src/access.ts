import { accessTable, type Grant } from '@logbook/chassis/access/table.ts'

const reads: readonly Grant[] = ['service:*', 'operator']
const manages: readonly Grant[] = ['operator']

/** An address that takes no more methods says so to those who may know it. */
const otherMethods = (...paths: `/${string}`[]): Record<`ALL /${string}`, readonly Grant[]> =>
  Object.fromEntries(paths.map((path) => [`ALL ${path}`, reads]))

/** Who may call what of the bus. Which events each may append is another question: `permissions.ts`. */
export const access = accessTable({
  'POST /events': reads,
  'GET /events': reads,
  'GET /streams/:subject': reads,
  'GET /openapi.json': reads,
  'GET /asyncapi.json': reads,
  'GET /metrics': reads,
  'GET /subscriptions': reads,
  'GET /subscriptions/:name': reads,
  'PUT /subscriptions/:name': manages,
  'DELETE /subscriptions/:name': manages,
  'GET /subscriptions/:name/secret': manages,
  'POST /subscriptions/:name/pause': manages,
  'POST /subscriptions/:name/resume': manages,
  'POST /subscriptions/:name/reset': manages,
  'GET /subscriptions/:name/parked': reads,
  'POST /subscriptions/:name/parked/replay': manages,
  'POST /subscriptions/:name/parked/skip': manages,
  'GET /subscriptions/:name/proof': reads,
  'POST /subscriptions/:name/claim': reads,
  'POST /subscriptions/:name/ack': reads,
  'POST /subscriptions/:name/nack': reads,
  'POST /subscriptions/:name/extend': reads,
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
  ),
})
