import { knownTimeZone } from '@logbook/contracts/time-zone.ts'
import { useEffect, useState } from 'react'
import { useAsOf } from '../past/as-of.ts'
import { useBlog } from './blog.ts'
import { relativeTime } from './relative-time.ts'

const locale = 'en-GB'
const minuteMs = 60_000

const formatsFor = (timeZone: string) => ({
  date: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone }),
  exact: new Intl.DateTimeFormat(locale, {
    ...{ day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
    ...{ timeZone, timeZoneName: 'short' },
  }),
})
const formats = new Map<string, ReturnType<typeof formatsFor>>()
const formatsOf = (timeZone: string) => {
  const known = formats.get(timeZone) ?? formatsFor(knownTimeZone(timeZone))
  formats.set(timeZone, known)
  return known
}

/** `20 November 2026 at 14:03 UTC`, in a time zone. */
export const exactMoment = (at: string, timeZone: string): string =>
  formatsOf(timeZone).exact.format(new Date(at))

/** Whose days and hours the pages show: the blog's, by its settings. */
export const useTimeZone = (): string => useBlog()?.timeZone ?? 'UTC'

/**
 * A moment in the reader's words: relative for a day, then the date, as on pages of the past; exact on hover. The server prints the date in the blog's time zone and
 * the browser refines it once it runs, so that both print the same at first.
 */
export const Moment = ({ at, prefix = '' }: { at: string; prefix?: string }) => {
  const [relative, setRelative] = useState<string>()
  const isPast = useAsOf() !== null
  useEffect(() => {
    if (isPast) return
    const refine = () => setRelative(relativeTime({ at: Date.parse(at), now: Date.now() }))
    refine()
    const timer = setInterval(refine, minuteMs)
    return () => clearInterval(timer)
  }, [at, isPast])
  const timeZone = useTimeZone()
  return (
    <time dateTime={at} title={exactMoment(at, timeZone)} data-prefix={prefix || undefined}>
      {prefix}
      {(isPast ? undefined : relative) ?? formatsOf(timeZone).date.format(new Date(at))}
    </time>
  )
}
