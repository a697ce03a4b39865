import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const pattern = /^[\w.:-]{1,100}$/
const made = new WeakMap<object, string>()

/** The id of a request in logs, answers and events: the caller's own `X-Request-Id` where it is one, else a UUID. The same each time for one request. */
export const requestIdOf = (req: Pick<IncomingMessage, 'headers'>): string => {
  const given = req.headers['x-request-id']
  if (typeof given === 'string' && pattern.test(given)) return given
  const id = made.get(req) ?? randomUUID()
  made.set(req, id)
  return id
}
