import { z } from 'zod'
import { referrerHost } from '../events/figures.ts'
import { entityId } from '../text.ts'

const count = z.number().int().min(0)
const day = z.iso.date('must be a day such as 2026-11-03')
const dayAsked = day.refine((text) => text >= '1970-01-01', 'must be a day of 1970 or later')

export const figuresLimits = {
  /** A leap year. */
  daysMax: 366,
  daysDefault: 30,
  postsMax: 100,
  referrersMax: 50,
  /** A host from which fewer readers came in the period is not named. */
  namedReadersMin: 2,
} as const

/** The period of `GET /figures`: days of the blog's time zone, both included. The last 30 unless it says otherwise. */
export const figuresQuery = z.object({
  from: dayAsked
    .optional()
    .meta({ description: 'The first day, such as 2026-11-01. 30 days up to `to` without it.' }),
  to: dayAsked
    .optional()
    .meta({ description: 'The last day. Today, in the time zone of the blog, without it.' }),
})

const viewsOfPost = z.object({
  id: entityId,
  slug: z.string(),
  title: z.string(),
  views: count,
  readers: count,
})

/** Views of posts in a period. `readers` are counted by day: one who comes on two days counts as two. */
export const figures = z
  .object({
    ...{ from: day, to: day },
    ...{ views: count, readers: count },
    /** Every day of the period, in order. */
    days: z.array(z.object({ day, views: count, readers: count })),
    /** Published posts that were opened, the most readers first. */
    posts: z.array(viewsOfPost).max(figuresLimits.postsMax),
    /** Hosts that readers came from, the most first. The others came directly, or from a host that is not named. */
    referrers: z.array(z.object({ host: referrerHost, readers: count })).max(figuresLimits.referrersMax),
  })
  .meta({ id: 'Figures', description: 'How often posts were opened in a period, and by how many browsers.' })
export type Figures = z.infer<typeof figures>
