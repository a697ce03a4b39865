import { useEffect, useState } from 'react'
import { useAsOf } from '../past/as-of.ts'

const locale = 'en-GB'
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const dateFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
const exactFormat = new Intl.DateTimeFormat(locale, {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
})
/** `20 November 2026 at 14:03 UTC`. */
export const exactMoment = (at: string): string => `${exactFormat.format(new Date(at))} UTC`

const relativeFormat = new Intl.RelativeTimeFormat('en', { style: 'narrow' })

/** `3 h ago` within a day, else undefined. Clocks that disagree a little read as now. */
export const relativeTime = ({ at, now }: { at: number; now: number }): string | undefined => {
  const passed = now - at
  if (passed < -minuteMs || passed >= dayMs) return undefined
  if (passed < minuteMs) return 'just now'
  if (passed < hourMs) return relativeFormat.format(-Math.floor(passed / minuteMs), 'minute')
  return relativeFormat.format(-Math.floor(passed / hourMs), 'hour')
}

/**
 * A moment in the reader's words: relative for a day, then the date, as on pages of the past; exact on hover. The server prints the date in UTC and
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
  const date = new Date(at)
  return (
    <time dateTime={at} title={exactMoment(at)}>
      {prefix}
      {(isPast ? undefined : relative) ?? dateFormat.format(date)}
    </time>
  )
}
