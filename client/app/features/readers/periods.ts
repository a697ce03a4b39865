import type { Figures } from '@logbook/contracts/http/figures.ts'

/** The periods that the page offers, in days, and what they are called. */
export const periods = [
  [30, '30 days'],
  [90, '90 days'],
  [365, 'A year'],
] as const

const [[shortest]] = periods

/** The days of the period that an address names: one of those that are offered. */
export const daysIn = (search: URLSearchParams): number =>
  periods.find(([days]) => String(days) === search.get('days'))?.[0] ?? shortest

/** The address of the figures of a period, of one post or of all. */
export const readersPath = ({ days, postId }: { days: number; postId?: string | undefined }): string =>
  `/readers${postId === undefined ? '' : `/${postId}`}${days === shortest ? '' : `?days=${days}`}`

const weekDays = 7
/** More bars would be thinner than a line on a phone. */
const barsMax = 90

export interface Bar {
  /** The first day that it is of. */
  day: string
  isWeek: boolean
  views: number
  readers: number
}

/** What a chart shows of these days: each by itself, or by weeks, of which the first may be shorter. */
export const barsOf = (days: Figures['days']): Bar[] => {
  if (days.length <= barsMax) return days.map((each) => ({ ...each, isWeek: false }))
  const short = days.length % weekDays
  const starts = [...(short > 0 ? [0] : [])]
  for (let at = short; at < days.length; at += weekDays) starts.push(at)
  return starts.map((at, n) => {
    const week = days.slice(at, starts[n + 1] ?? days.length)
    const sum = (name: 'views' | 'readers') => week.reduce((total, each) => total + each[name], 0)
    return { day: week[0]?.day ?? '', isWeek: true, views: sum('views'), readers: sum('readers') }
  })
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })

/** `2026-11-03` in words: `3 Nov 2026`. */
export const dayInWords = (day: string): string => dayFormat.format(new Date(`${day}T00:00:00Z`))
