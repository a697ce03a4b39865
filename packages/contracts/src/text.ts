import { z } from 'zod'

// C0 controls other than tab, line feed and carriage return, and DEL: SQLite cuts strings at NUL, terminals obey the rest.
// biome-ignore lint/suspicious/noControlCharactersInRegex: naming the control characters is this pattern's whole purpose
const forbiddenControls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/

/** Text a person wrote: well-formed Unicode without control characters, counted in UTF-16 code units. */
export const text = ({ charsMax, charsMin = 0 }: { charsMax: number; charsMin?: number }) =>
  z
    .string()
    .max(charsMax, `must be at most ${charsMax} characters`)
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode')
    .refine((value) => !forbiddenControls.test(value), 'must not contain control characters')
    .refine((value) => value.trim().length >= charsMin, 'must not be empty')

/** One line of such text, surrounding white space removed. */
export const line = (bounds: { charsMax: number; charsMin?: number }) =>
  text(bounds)
    .refine((value) => !/[\r\n]/.test(value), 'must be one line')
    .transform((value) => value.trim())

/** RFC 3339 in UTC, as `Date.prototype.toISOString` prints it. */
export const timestamp = z.iso.datetime()

/** An entity's id. New ones are UUIDv7; derived ones are UUIDv5 or v8 and equally welcome. */
export const entityId = z.uuid()

/** An absolute http(s) address; `javascript:` and friends are refused here and need no second thought later. */
export const webAddress = z.url({ protocol: /^https?$/ }).max(2000)
