import type { CompleteEvent } from '@logbook/chassis/log/log-store.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { type Caller, operator } from '@logbook/contracts/identity.ts'

/** For each type: the names of callers that may append it, and the prefix of its streams. */
export type Publishers = Readonly<Record<string, { by: readonly string[]; subject: string }>>

/** Throws `forbidden`, and counts it, for an append with an event that its caller may not append. */
export type Permit = (caller: Caller, events: readonly CompleteEvent[]) => void

/**
 * Restricts each caller to its own types and streams. A type without an owner is for the operator only. `forged` is called for each
 * refused append.
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
    if (owned === undefined) return caller === operator ? undefined : `${type} is not an event of ${caller}.`
    if (!owned.by.includes(caller)) return `${type} is not for ${caller} to append.`
    return subject.startsWith(owned.subject) ? undefined : `${type} does not belong on that stream.`
  }
  return (caller, events) => {
    const name = caller.kind === 'service' ? caller.name : caller.kind
    for (const event of events) {
      const detail = wrongIn(name, event)
      if (detail === undefined) continue
      forged(name)
      throw new Problem('forbidden', { detail })
    }
  }
}
