type Header = string | readonly string[] | null | undefined

const textOf = (value: Header): string => (typeof value === 'string' ? value : (value?.[0] ?? ''))

/**
 * The milliseconds of a `Retry-After`, from seconds or a date; undefined if missing, malformed or over. A date is relative to `nowMs`,
 * milliseconds since 1970 by the clock of who answered.
 */
export const retryAfterMs = (header: Header, nowMs: number): number | undefined => {
  const value = textOf(header).trim()
  const ms = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - nowMs
  return Number.isFinite(ms) && ms > 0 ? ms : undefined
}

/** The address of the next page, as a `Link` with `rel="next"` names it. */
export const nextPage = (link: Header): string | undefined =>
  /<([^>]+)>;\s*rel="next"/.exec(textOf(link))?.[1]
