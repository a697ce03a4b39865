import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import type { Cause } from '../command/cause.ts'
import { type Trace, traceparentOf } from './trace.ts'

interface Answered {
  locals: Record<string, unknown>
}

/** What a log line says of the request that it is about. */
export const requestForLog = ({ locals: { requestId, trace } }: Answered) => ({
  requestId,
  ...(trace ? { trace: (trace as Trace).id } : {}),
})

/** The request that begins it all, for the `correlationid` and `traceparent` of events, and the log that it is decided by. */
export const causeOf = ({ locals: { requestId, trace, log } }: Answered): Cause => ({
  correlationId: String(requestId),
  ...(trace ? { traceparent: traceparentOf(trace as Trace) } : {}),
  ...(log ? { log: log as LogIdentity } : {}),
})
