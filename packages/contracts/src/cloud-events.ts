import { z } from 'zod'

/** What CloudEvents 1.0 demands of the values of attributes. The bounds of lengths are the log's own. */

/** An Integer has 32 bits. */
export const integerMax = 2 ** 31 - 1

export const isInteger = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) <= integerMax && Number(value) >= -integerMax - 1

// Control characters (C0, DEL, C1), halves of surrogate pairs, and code points that Unicode gives to no character.
const forbidden = /[\p{Cc}\p{Cs}\p{NChar}]/u

/** What is wrong with a String, or undefined. */
export const stringFault = (value: string): string | undefined =>
  forbidden.test(value)
    ? 'must not contain control characters, halves of surrogate pairs or noncharacters'
    : undefined

// RFC 3986, appendix A.
const nameChar = "(?:[\\w.~!$&'()*+,;=-]|%[\\dA-Fa-f]{2})"
const pchar = `(?:${nameChar}|[:@])`
const segments = `(?:/${pchar}*)*`
const host = `(?:\\[(?<literal>[^\\]]*)\\]|${nameChar}*)`
const authority = `//(?:(?:${nameChar}|:)*@)?${host}(?::\\d*)?`
const tail = `(?:${pchar}|[/?])*`

const addressFrom = (scheme: string, firstSegment: string): RegExp =>
  new RegExp(
    `^${scheme}(?:${authority}${segments}|/(?:${pchar}+${segments})?|${firstSegment}${segments}|)(?:\\?${tail})?$`,
  )

const absolute = addressFrom('[A-Za-z][A-Za-z\\d+.-]*:', `${pchar}+`)
// A colon in the first segment would make a scheme of what stands before it.
const relative = addressFrom('', `(?:${nameChar}|@)+`)
const fragment = new RegExp(`^${tail}$`)
const futureAddress = /^v[\dA-Fa-f]+\.[\w.~!$&'()*+,;=:-]+$/

const isOf = (pattern: RegExp, value: string): boolean => {
  const found = pattern.exec(value)
  const literal = found?.groups?.literal
  return found !== null && (literal === undefined || isAddress(literal))
}

const isAddress = (literal: string): boolean => z.regexes.ipv6.test(literal) || futureAddress.test(literal)

/** True for an absolute URI, which has no fragment (RFC 3986, section 4.3). */
export const isUri = (value: string): boolean => isOf(absolute, value)

/** True for a URI or a relative reference (RFC 3986, section 4.1). Nothing at all is a reference too. */
export const isUriReference = (value: string): boolean => {
  const hash = value.indexOf('#')
  const address = hash === -1 ? value : value.slice(0, hash)
  return (
    fragment.test(hash === -1 ? '' : value.slice(hash + 1)) && (isOf(relative, address) || isUri(address))
  )
}

type Fault = (value: string) => string | undefined

/** A string of 1 to `charsMax` UTF-16 code units in which a check finds nothing wrong. */
const checked = (charsMax: number, faultOf: Fault) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(charsMax, `must be at most ${charsMax} characters`)
    .check(({ value, issues }) => {
      const message = faultOf(value)
      if (message !== undefined) issues.push({ code: 'custom', message, input: value })
    })

export const attributeText = (charsMax: number) => checked(charsMax, stringFault)

export const uriReference = (charsMax: number) =>
  checked(charsMax, (value) => (isUriReference(value) ? undefined : 'must be a URI-reference (RFC 3986)'))

export const absoluteUri = (charsMax: number) =>
  checked(charsMax, (value) => (isUri(value) ? undefined : 'must be an absolute URI without a fragment'))

/** A Timestamp: RFC 3339, to the second or finer, with its offset from UTC. */
export const timestampAttribute = z.iso
  .datetime({ offset: true })
  .regex(/T\d\d:\d\d:\d\d(?:\.\d{1,20})?(?:Z|[+-])/, 'must be an RFC 3339 time with seconds')
