import type { CompleteEvent } from '@logbook/chassis/log/log-store.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { operator } from '@logbook/contracts/identity.ts'

/** Who may append each type, by the names of callers, and how the streams begin on which it may stand. */
export type Publishers = Readonly<Record<string, { by: readonly string[]; subject: string }>>

/** Throws `forbidden`, and counts it, for an append with an event that is not its caller's to append. */
export type Permit = (caller: string, events: readonly CompleteEvent[]) => void

/**
 * Holds each caller to the types and the streams that are its own. A type that nobody owns is the operator's alone. `forged` is
 * told of each append that is refused.
 */
export const createPermit = ({
  publishers,
  forged,
}: {
  publishers: Publishers
  forged: (caller: string) => void
}): Permit => {
  const known = new Map(Object.entries(publishers))
  const wrongIn = (caller: string, { type, subject }: CompleteEvent): string | undefined => {
    const owned = known.get(type)
    if (owned === undefined) return caller === operator ? undefined : `${type} is no event of ${caller}.`
    if (!owned.by.includes(caller)) return `${type} is not for ${caller} to append.`
    return subject.startsWith(owned.subject) ? undefined : `${type} does not belong on that stream.`
  }
  return (caller, events) => {
    for (const event of events) {
      const detail = wrongIn(caller, event)
      if (detail === undefined) continue
      forged(caller)
      throw new Problem('forbidden', { detail })
    }
  }
}
