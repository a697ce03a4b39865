import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Destination } from '../routes.ts'

/** A read that depends on nothing but its address and what `keyOf` names. */
export interface Read {
  req: IncomingMessage
  res: ServerResponse
  destination: Destination
  /** Headers that the answer gets from the gateway: names and values in turn. */
  own: readonly string[]
  /** Told of the `Counted-View` of the page, where this is a view that counts. */
  onView?: ((view: string) => void) | undefined
}
