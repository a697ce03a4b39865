/** Attributes that were named in camel case once, which CloudEvents forbids: older programs send them, older rows of a log hold them. */
const oldNames: ReadonlyMap<string, string> = new Map([
  ['correlationId', 'correlationid'],
  ['causationId', 'causationid'],
])

type Event = Readonly<Record<string, unknown>>

/** The event with its attributes named as they are today; the event itself where they are so already. */
export const renamed = (event: Event): Record<string, unknown> => {
  for (const old of oldNames.keys())
    if (Object.hasOwn(event, old))
      return Object.fromEntries(
        Object.entries(event).map(([name, value]) => [oldNames.get(name) ?? name, value]),
      )
  return event
}

/** What is wrong with an event that names an attribute in both ways: the one that is sent by its old name. */
export const namedTwice = (event: Event): { path: string; message: string } | undefined => {
  for (const [old, name] of oldNames)
    if (Object.hasOwn(event, old) && Object.hasOwn(event, name))
      return { path: old, message: `is the old name of ${name}, which is there as well` }
  return undefined
}

/** The name that an attribute was sent by. */
export const nameSent = (event: Event, name: string): string => {
  for (const [old, today] of oldNames) if (name === today && Object.hasOwn(event, old)) return old
  return name
}

const headEnd = '"specversion":"1.0"'
/** What nearly all rows of today begin with, and no row that has an old name. */
const beginnings = [headEnd, ...[...oldNames.values()].map((name) => `"${name}":`)]

/**
 * A row's text as it is served. What stands in a row is never changed, since its checksums are of that; the rows of older logs are
 * read with the names of today. Causality and extensions stand before `specversion`, and no string in JSON holds a bare quote.
 */
export const served = (text: string): string => {
  for (const beginning of beginnings) if (text.startsWith(beginning, 1)) return text
  const end = text.indexOf(headEnd)
  const head = text.slice(0, end)
  if (!head.includes('Id":')) return text
  let today = head
  for (const [old, name] of oldNames) today = today.replace(`"${old}":`, `"${name}":`)
  return today + text.slice(end)
}
