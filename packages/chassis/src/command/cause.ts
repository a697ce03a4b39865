import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'

/** What began all this: the request, and the trace that it is part of. */
export interface Cause {
  correlationId?: string | undefined
  traceparent?: string | undefined
  /** The log that this process agreed with when it began: what follows is decided by that one, and appended to no other. */
  log?: LogIdentity | undefined
}

interface CauseAttributes {
  correlationid?: string
  traceparent?: string
}

/** Where an event comes from, for the one that answers it. */
export const causeOfEvent = ({ correlationid, traceparent }: CauseAttributes): Cause => ({
  ...(correlationid === undefined ? {} : { correlationId: correlationid }),
  ...(traceparent === undefined ? {} : { traceparent }),
})

/** The same as attributes of an event; `traceparent` is the extension for distributed tracing of CloudEvents. */
export const causeAttributes = ({ correlationId, traceparent }: Cause): CauseAttributes => ({
  ...(correlationId === undefined ? {} : { correlationid: correlationId }),
  ...(traceparent === undefined ? {} : { traceparent }),
})
