/** Attributes that had names in camel case, which CloudEvents forbids. Older programs send them, and older rows contain them. */
const oldNames: ReadonlyMap<string, string> = new Map([
  ['correlationId', 'correlationid'],
  ['causationId', 'causationid'],
])

type Event = Readonly<Record<string, unknown>>

/** The event with the present names of attributes; the same object where nothing changes. */
export const withCurrentNames = (event: Event): Record<string, unknown> => {
  for (const old of oldNames.keys())
    if (Object.hasOwn(event, old))
      return Object.fromEntries(
        Object.entries(event).map(([name, value]) => [oldNames.get(name) ?? name, value]),
      )
  return event
}

/** The fault of an event that has an attribute under both names, at its old name. */
export const duplicateName = (event: Event): { path: string; message: string } | undefined => {
  for (const [old, name] of oldNames)
    if (Object.hasOwn(event, old) && Object.hasOwn(event, name))
      return { path: old, message: `is the old name of ${name}, which is there as well` }
  return undefined
}

/** The name under which an attribute was sent. */
export const sentName = (event: Event, name: string): string => {
  for (const [old, today] of oldNames) if (name === today && Object.hasOwn(event, old)) return old
  return name
}

const headEnd = '"specversion":"1.0"'
/** Beginnings of nearly all present rows, and of no row with an old name. */
const beginnings = [headEnd, ...[...oldNames.values()].map((name) => `"${name}":`)]

/**
 * A row's text as it is served, with the present names. Rows themselves never change, since their checksums cover the text.
 * Causality and extensions come before `specversion`, and no JSON string contains a bare quote.
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
