import type { ProblemBody } from '@logbook/contracts/problems.ts'
import { msOfClock } from '@logbook/contracts/time-zone.ts'

const planned = new Intl.DateTimeFormat('en-GB', {
  ...{ dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' },
} as const)

/** When a draft is published by itself, in words. `shown` is on clocks of a zone: `2026-12-03T09:00`. */
export const plannedInWords = (shown: string, timeZone: string): string => {
  const wall = new Date(`${shown}Z`)
  return Number.isNaN(wall.getTime()) ? shown : `${planned.format(wall)}, ${timeZone}`
}

/** Why a draft can't be published at a time, in words for its author; empty where it can. */
export const whyNotPlanned = ({
  shown,
  timeZone,
  now,
}: {
  shown: string
  timeZone: string
  now: number
}): string => {
  const at = msOfClock(shown, timeZone)
  return at === undefined || at > now
    ? ''
    : 'This time has passed. Choose a later one, or empty the field and publish now.'
}

/** Why a post was not saved, in its author's words. */
export const whyNotSaved = ({ code, detail, errors }: ProblemBody): string => {
  if (errors && errors.length > 0)
    return errors.map(({ path, message }) => [path || 'The post', message].join(' ')).join('; ')
  switch (code) {
    case 'not-found':
    case 'gone':
      return 'This post has been deleted in the meantime. Your text is kept in this browser.'
    case 'unavailable':
    case 'timeout':
      return 'The posts service is not available. Your text is kept; try again.'
    default:
      return detail ?? 'It was not accepted. Your text is kept; try again.'
  }
}
