import { useLocation } from 'react-router'

/** A page of the blog in the past is its address with `asOf`: a log position, an RFC 3339 time, or a day in UTC. */
const name = 'asOf'

const dayPattern = /^\d{4}-\d\d-\d\d$/
const positionPattern = /^\d{1,15}$/
const dayMs = 86_400_000

/** Pages that can show the past. */
const showsPast = /^\/(?:$|posts\/|tags(?:\/|$)|archive(?:\/|$))/

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

/** The first and the last ms of a day such as `2026-03-03`; undefined for anything else. */
export const spanOfDay = (text: string): { fromMs: number; toMs: number } | undefined => {
  const fromMs = dayPattern.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  // A day that a month does not have is read as one of the next.
  if (Number.isNaN(fromMs) || new Date(fromMs).toISOString().slice(0, 10) !== text) return undefined
  return { fromMs, toMs: fromMs + dayMs - 1 }
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
const timeFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })

/** A moment in words, such as `3 March 2026, 14:00 UTC`; undefined for what names none. */
export const momentInWords = (asOf: string): string | undefined => {
  if (positionPattern.test(asOf)) return `event ${Number(asOf)} of its log`
  const day = spanOfDay(asOf)
  if (day) return `the end of ${dayFormat.format(day.fromMs)}`
  const at = Date.parse(asOf)
  if (Number.isNaN(at) || !/T.*(?:Z|[+-]\d\d:\d\d)$/i.test(asOf)) return undefined
  return `${dayFormat.format(at)}, ${timeFormat.format(at)} UTC`
}

/** The day that a moment is on, such as `2026-03-03`, or nothing. */
export const dayOf = (asOf: string | null): string => {
  if (asOf === null || positionPattern.test(asOf)) return ''
  const at = Date.parse(asOf)
  return Number.isNaN(at) ? '' : new Date(at).toISOString().slice(0, 10)
}
