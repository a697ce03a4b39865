import { dayIn, knownTimeZone, spanOfDay } from '@logbook/contracts/time-zone.ts'
import { useLocation } from 'react-router'

/** A page of the blog in the past is its address with `asOf`: a log position, an RFC 3339 time, or a day in the blog's time zone. */
const name = 'asOf'

const positionPattern = /^\d{1,15}$/
const locale = 'en-GB'

/** Pages that can show the past. */
const showsPast = /^\/(?:$|posts\/|(?:tags|authors)(?:\/|$)|(?:archive|digest)(?:\/|$))/

/** What moment an address asks for; null for the present. */
export const asOfIn = ({ pathname, search }: { pathname: string; search: string }): string | null =>
  showsPast.test(pathname) ? new URLSearchParams(search).get(name) : null

/** The moment that this page shows; null for the present. */
export const useAsOf = (): string | null => asOfIn(useLocation())

/** An address within the blog, at the same moment; its own where it can't show the past. */
export const withAsOf = (to: string, asOf: string | null): string => {
  const { pathname, search, hash } = new URL(to, 'http://blog.invalid')
  if (asOf === null || !showsPast.test(pathname)) return to
  const query = new URLSearchParams(search)
  query.set(name, asOf)
  return `${pathname}?${query}${hash}`
}

/** The same address in the present. */
export const withoutAsOf = ({ pathname, search }: { pathname: string; search: string }): string => {
  const query = new URLSearchParams(search)
  // A place in a list or a thread of the past is none in that of the present.
  for (const each of [name, 'cursor', 'comments', 'comment', 'replies', 'from']) query.delete(each)
  return query.size === 0 ? pathname : `${pathname}?${query}`
}

const link = /(<a [^>]*?href=")(\/[^"#?]*)([^"]*")/g

/** HTML made from Markdown, its links within the blog leading to the same moment. */
export const keptInHtml = (html: string, asOf: string | null): string =>
  asOf === null
    ? html
    : html.replace(link, (whole, before: string, path: string, rest: string) => {
        if (!showsPast.test(path) || rest.startsWith('?')) return whole
        return `${before}${path}?${name}=${encodeURIComponent(asOf)}${rest}`
      })

const formatsFor = (timeZone: string) => ({
  day: new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }),
  time: new Intl.DateTimeFormat(locale, {
    ...{ hour: '2-digit', minute: '2-digit', timeZone, timeZoneName: 'short' },
  }),
})
const utc = formatsFor('UTC')

/** A moment in words, such as `3 March 2026, 14:00 UTC`, in a time zone; undefined for what names none. */
export const momentInWords = (asOf: string, timeZone: string): string | undefined => {
  if (positionPattern.test(asOf)) return `event ${Number(asOf)} of its log`
  // The day itself, wherever it is spent.
  if (spanOfDay(asOf, timeZone)) return `the end of ${utc.day.format(Date.parse(asOf))}`
  const at = Date.parse(asOf)
  if (Number.isNaN(at) || !/T.*(?:Z|[+-]\d\d:\d\d)$/i.test(asOf)) return undefined
  const { day, time } = formatsFor(knownTimeZone(timeZone))
  return `${day.format(at)}, ${time.format(at)}`
}

/** The day that a moment is on in a time zone, such as `2026-03-03`, or nothing. */
export const dayOf = (asOf: string | null, timeZone: string): string => {
  if (asOf === null || positionPattern.test(asOf)) return ''
  if (spanOfDay(asOf, timeZone)) return asOf
  const at = Date.parse(asOf)
  return Number.isNaN(at) ? '' : dayIn(at, timeZone)
}
