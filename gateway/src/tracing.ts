import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { requestIdOf } from '@logbook/chassis/http/request-id.ts'
import { parseTraceparent, traceparentOf } from '@logbook/chassis/http/trace.ts'

type Asked = Pick<IncomingMessage, 'headers'>

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
