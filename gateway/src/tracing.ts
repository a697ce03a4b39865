import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { parseTraceparent, traceparentOf } from '@logbook/chassis/http/trace.ts'

type Asked = Pick<IncomingMessage, 'headers'>

const requestIdPattern = /^[\w.:-]{1,100}$/
const requestIds = new WeakMap<Asked, string>()

/** The id that the request goes by everywhere: its own, if that looks like one. The same each time for one request. */
export const requestIdOf = (req: Asked): string => {
  const given = req.headers['x-request-id']
  if (typeof given === 'string' && requestIdPattern.test(given)) return given
  const made = requestIds.get(req) ?? randomUUID()
  requestIds.set(req, made)
  return made
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/
const traceIds = new WeakMap<Asked, string>()

/** The id of the trace that the request is part of: its own (W3C Trace Context), or one made here, of the request id where that is a UUID. */
export const traceIdOf = (req: Asked): string => {
  const known = parseTraceparent(req.headers.traceparent)?.id ?? traceIds.get(req)
  if (known !== undefined) return known
  const requestId = requestIdOf(req)
  const made = (uuid.test(requestId) ? requestId : randomUUID()).replaceAll('-', '')
  traceIds.set(req, made)
  return made
}

/** Names and values in turn of what the services are told of the trace: the gateway's own part of it. */
export const traceHeaders = (req: Asked): string[] => {
  const given = parseTraceparent(req.headers.traceparent)
  const parent = randomUUID().replaceAll('-', '').slice(-16)
  const traceparent = traceparentOf({ id: traceIdOf(req), parent, isSampled: given?.isSampled ?? false })
  const state = req.headers.tracestate
  // What other systems noted of the trace belongs to the trace that they noted it of.
  return given && typeof state === 'string'
    ? ['traceparent', traceparent, 'tracestate', state]
    : ['traceparent', traceparent]
}
