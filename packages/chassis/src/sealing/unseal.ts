import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { parseJson } from '@logbook/contracts/json.ts'
import { openBox } from './box.ts'
import type { HeldKey } from './key-ring.ts'
import type { PersonalData, PersonalFields } from './personal-fields.ts'
import type { Boxed, Sealed } from './seal.ts'

type Data = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Data => typeof value === 'object' && value !== null

/** The person whose key an event was sealed with; undefined for one that is not sealed, or not as this code does it. */
export const sealedKeyOf = ({ data }: RecordedEvent): string | undefined => {
  if (!isObject(data)) return undefined
  const { sealed } = data
  return isObject(sealed) && typeof sealed.key === 'string' ? sealed.key : undefined
}

interface Opening {
  held: ReadonlyMap<string, HeldKey>
  fields: PersonalData['fields']
}

/**
 * An event of which nothing but the reason is left. What keeps the mark `sealed` is unreadable to every reader, whatever
 * else its data holds.
 */
const unreadable = (event: RecordedEvent, reason: string): RecordedEvent => ({
  ...event,
  data: { sealed: { reason } },
})

/** The event with its fields in the clear, with placeholders where its person was erased, or with nothing where it is unreadable. */
export const unseal = (event: RecordedEvent, { held, fields }: Opening): RecordedEvent => {
  const { data } = event
  if (!isObject(data) || data.sealed === undefined) return event
  const personal = fields[event.type]
  const { sealed } = data
  if (personal === undefined) return event
  if (!isSealed(sealed)) return unreadable(event, 'its seal has no key or no box')
  const key = held.get(sealed.key)
  if (key === undefined) return unreadable(event, `nobody knows the key of ${sealed.key}`)
  if (key === 'erased') return withFields(event, data, personal.erased(sealed.key))
  const text = openBox(sealed.box, key, event)
  const boxed = text === undefined ? undefined : boxedIn(text, personal)
  if (boxed === undefined) return unreadable(event, 'its box was not sealed for it, or has been changed')
  const [values, commanddigest] = boxed
  const opened = withFields(event, data, values)
  return commanddigest === undefined ? opened : { ...opened, commanddigest }
}

const isSealed = (sealed: unknown): sealed is Sealed =>
  isObject(sealed) && typeof sealed.key === 'string' && typeof sealed.box === 'string'

const withFields = (event: RecordedEvent, { sealed: _, ...open }: Data, values: Data): RecordedEvent => ({
  ...event,
  data: { ...open, ...values },
})

/** What a holder of the key has put in the box; undefined where that is not what belongs there. */
const boxedIn = (text: string, { fields }: PersonalFields): Boxed | undefined => {
  const boxed = parseJson(text)
  if (!Array.isArray(boxed) || !isObject(boxed[0])) return undefined
  for (const field in boxed[0]) if (!fields.includes(field)) return undefined
  return boxed as Boxed
}
