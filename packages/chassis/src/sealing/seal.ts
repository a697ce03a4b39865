import type { OutgoingEvent } from '../log/bus.ts'
import { type PersonKey, sealBox } from './box.ts'
import type { PersonalFields } from './personal-fields.ts'

type Data = Readonly<Record<string, unknown>>

/** The person whose key is to seal an event; null where there is nothing of anybody's in it. */
export const ownerToSeal = ({ data }: OutgoingEvent, personal: PersonalFields | undefined): string | null => {
  if (personal === undefined || typeof data !== 'object' || data === null) return null
  const holdsSomething = personal.fields.some((field) => {
    const value = (data as Data)[field]
    return value !== undefined && value !== null
  })
  if (!holdsSomething) return null
  return personal.owner(data)?.toLowerCase() ?? null
}

/** What stands in the place of the fields in the log. The fingerprint of a command is one of its text as well. */
export interface Sealed {
  key: string
  box: string
}

/** What a box holds, as JSON. */
export type Boxed = [fields: Data, commanddigest?: string]

/** The event as it goes to the log: the same one gives the same bytes, however often. */
export const seal = (
  { commanddigest, ...event }: OutgoingEvent,
  { owner, key, fields }: { owner: string; key: PersonKey; fields: readonly string[] },
): OutgoingEvent => {
  const data = event.data as Data
  const open = Object.entries(data).filter(([field]) => !fields.includes(field))
  // In the order in which they are declared, whatever the order in which they came.
  const personal = fields.flatMap((field) =>
    data[field] === undefined ? [] : [[field, data[field]] as const],
  )
  const own = Object.fromEntries(personal)
  const boxed: Boxed = commanddigest === undefined ? [own] : [own, commanddigest]
  const box = sealBox(JSON.stringify(boxed), key, event)
  return { ...event, data: { ...Object.fromEntries(open), sealed: { key: owner, box } satisfies Sealed } }
}
