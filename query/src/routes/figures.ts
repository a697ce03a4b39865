import type { WallClock } from '@logbook/chassis/clock.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { invalid, notFound } from '@logbook/chassis/problem.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import { type Figures, figuresLimits } from '@logbook/contracts/http/figures.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { dayIn } from '@logbook/contracts/time-zone.ts'
import { sumFigures } from '../figures/sum.ts'
import type { LiveView } from '../rebuild/live-view.ts'

const dayMs = 86_400_000

/** The day so many days after another one. */
const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10)

/** Throws `invalid` for a period that ends before it begins, or is too long. */
const periodOf = ({ from, to }: { from?: string | undefined; to?: string | undefined }, today: string) => {
  const last = to ?? today
  const first = from ?? daysAfter(last, 1 - figuresLimits.daysDefault)
  const days = (Date.parse(last) - Date.parse(first)) / dayMs + 1
  if (days < 1) throw invalid('from', 'must be no later than `to`')
  if (days > figuresLimits.daysMax)
    throw invalid('from', `must be less than ${figuresLimits.daysMax} days before \`to\``)
  return { from: first, to: last, days: Array.from({ length: days }, (_, n) => daysAfter(first, n)) }
}

const isOfAll = (caller: Caller): boolean =>
  caller.kind === 'person' && (caller.role === 'owner' || caller.role === 'moderator')

/** Whose posts a caller may see the figures of; null for everyone's. */
const whoseOf = (caller: Caller): string | null =>
  isOfAll(caller) ? null : caller.kind === 'person' ? caller.id : ''

interface Period {
  from?: string | undefined
  to?: string | undefined
}

/** How often posts were opened: for their authors, and of all posts for those who run the blog. */
export const figures = ({ live, clock }: { live: LiveView; clock: WallClock }) => {
  const projection = () => live.current.projections.figures
  const read = async (
    period: Period,
    { caller, postId }: { caller: Caller; postId: string | null },
  ): Promise<Figures> => {
    const today = dayIn(clock.now().getTime(), live.current.projections.settings.timeZone())
    const { from, to, days } = periodOf(period, today)
    return { from, to, ...(await sumFigures({ days, personId: whoseOf(caller), postId, projection })) }
  }
  const headers = { Vary: 'Authorization', 'Cache-Control': 'private, no-cache' }
  return handlersOf(queryEndpoints)({
    'GET /figures': async ({ query }, caller) => ({
      body: await read(query, { caller, postId: null }),
      headers,
    }),
    async 'GET /figures/:id'({ query, params: { id } }, caller) {
      const post = projection().post(id, whoseOf(caller))
      if (post === undefined) throw notFound('such published post of yours')
      const body = await read(query, { caller, postId: id })
      const posts = body.posts.length > 0 ? body.posts : [{ ...post, views: 0, readers: 0 }]
      return { body: { ...body, posts }, headers }
    },
  })
}
