import { z } from 'zod'

// C0 controls other than tab, line feed and carriage return, and DEL: SQLite cuts strings at NUL, terminals obey the rest.
// biome-ignore lint/suspicious/noControlCharactersInRegex: naming the control characters is this pattern's whole purpose
const forbiddenControls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/

interface TextBounds {
  charsMax: number
  charsMin?: number
  oneLine?: boolean
}

const wrongIn = (
  value: string,
  { charsMax, charsMin = 0, oneLine = false }: TextBounds,
): string | undefined => {
  if (value.length > charsMax) return `must be at most ${charsMax} characters`
  if (!value.isWellFormed()) return 'must be well-formed Unicode'
  if (forbiddenControls.test(value)) return 'must not contain control characters'
  if (charsMin > 0 && value.trim().length < charsMin) return 'must not be empty'
  if (oneLine && /[\r\n]/.test(value)) return 'must be one line'
  return undefined
}

/** Text a person wrote: well-formed Unicode without control characters, counted in UTF-16 code units. */
export const text = (textBounds: TextBounds) =>
  z
    .string()
    .max(textBounds.charsMax, `must be at most ${textBounds.charsMax} characters`)
    // One check for the rest, since consumers make it of every event that they read.
    .check((context) => {
      const message = wrongIn(context.value, textBounds)
      if (message !== undefined) context.issues.push({ code: 'custom', message, input: context.value })
    })

/** Whether `text` of these bounds returns a value as it is. */
export const isText = (value: unknown, textBounds: TextBounds): boolean =>
  typeof value === 'string' && wrongIn(value, textBounds) === undefined

/** Whether `line` of these bounds returns a value as it is. */
export const isLine = (value: unknown, textBounds: Omit<TextBounds, 'oneLine'>): boolean =>
  typeof value === 'string' &&
  value.trim() === value &&
  wrongIn(value, { ...textBounds, oneLine: true }) === undefined

/** One line of such text, surrounding white space removed. */
export const line = (textBounds: Omit<TextBounds, 'oneLine'>) =>
  text({ ...textBounds, oneLine: true }).overwrite((value) => value.trim())

/** RFC 3339 in UTC, as `Date.prototype.toISOString` prints it. */
export const timestamp = z.iso.datetime()

/** RFC 3339 with any offset: what a person may ask with. */
export const timestampWithOffset = z.iso.datetime({ offset: true })

/** An entity's id. New ones are UUIDv7; derived ones are UUIDv5 or v8 and equally welcome. */
export const entityId = z.uuid()

/** An absolute http(s) address; `javascript:` and friends are refused here and need no second thought later. */
export const webAddress = z.url({ protocol: /^https?$/ }).max(2000)

export const emailAddress = z.email().max(254)
