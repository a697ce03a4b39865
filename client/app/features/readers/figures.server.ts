import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import type { Figures } from '@logbook/contracts/http/figures.ts'
import { dayIn } from '@logbook/contracts/time-zone.ts'
import type { Blog } from '../../services/blog.server.ts'
import { callOrThrow } from '../../services/call.server.ts'
import { viewerWith } from '../../services/viewer.server.ts'
import { daysIn } from './periods.ts'

const dayMs = 86_400_000

interface Asked {
  blog: Blog
  request: Request
  /** The post whose figures are wanted; undefined for all posts together. */
  id?: string | undefined
}

/** The figures of the period that the address names, for those who write or run the blog. */
export const loadFigures = async ({ blog, request, id }: Asked) => {
  viewerWith(request, ['author', 'moderator', 'owner'])
  const { timeZone, countViews } = await blog.settings.current()
  const days = daysIn(new URL(request.url).searchParams)
  const to = dayIn(Date.now(), timeZone)
  const from = new Date(Date.parse(to) - (days - 1) * dayMs).toISOString().slice(0, 10)
  const asked = { blog, request, query: { from, to } }
  const { body } =
    id === undefined
      ? await callOrThrow(queryEndpoints, 'GET /figures', asked)
      : await callOrThrow(queryEndpoints, 'GET /figures/:id', { ...asked, params: { id } })
  return {
    figures: body,
    days,
    isCounted: countViews,
    post: id === undefined ? null : (body.posts[0] ?? null),
  }
}

/** The days as RFC 4180 has them. */
const csvOf = ({ days }: Figures): string =>
  [['day', 'readers', 'views'], ...days.map(({ day, readers, views }) => [day, readers, views])]
    .map((row) => `${row.join(',')}\r\n`)
    .join('')

/** The same as a file for a spreadsheet, of the post that the address names, or of all. */
export const figuresFile = async ({ blog, request }: Omit<Asked, 'id'>): Promise<Response> => {
  const id = new URL(request.url).searchParams.get('post') ?? undefined
  const { figures } = await loadFigures({ blog, request, id })
  return new Response(csvOf(figures), {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="readers-${figures.from}-${figures.to}.csv"`,
      'Cache-Control': 'private, no-cache',
    },
  })
}
