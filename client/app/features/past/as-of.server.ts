import type { ProblemBody } from '@logbook/contracts/problems.ts'
import { spanOfDay } from '@logbook/contracts/time-zone.ts'
import { data } from 'react-router'
import type { Blog } from '../../services/blog.server.ts'

interface Asking {
  blog: { settings: Pick<Blog['settings'], 'current'> }
  request: Request
}

/** The moment that a request for a page asks for, as the address has it; null for the present. */
export const asOfRequested = (request: Request): string | null =>
  new URL(request.url).searchParams.get('asOf')

/**
 * The moment as query takes it, to be added to what query is asked. A day is its end in the blog's time zone; today's has not come, and is what readers
 * see now.
 */
export const asOfQuery = async ({ request, blog }: Asking): Promise<Record<string, string>> => {
  const asOf = asOfRequested(request)
  if (asOf === null) return {}
  const day = spanOfDay(asOf, (await blog.settings.current()).timeZone)
  if (day === undefined) return { asOf }
  const now = Date.now()
  if (day.fromMs <= now && now < day.toMs) return {}
  return { asOf: new Date(day.toMs - 1).toISOString() }
}

/** Throws the page that says why a moment can't be shown, where that is what query refused. */
export const refuseMoment = ({ status, errors = [] }: ProblemBody): void => {
  const wrong = errors.find(({ path }) => path === 'asOf')
  if (status === 422 && wrong) throw data({ asOf: wrong.message }, { status: 422 })
}
