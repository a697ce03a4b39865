import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import type { SettingsAnswer } from '@logbook/contracts/http/settings.ts'
import { spanOfMonth } from '@logbook/contracts/time-zone.ts'
import type { Renderer } from '@logbook/markdown/threads/renderer.ts'
import type { PageCache } from '../pages/cache.ts'
import { withExcerpts } from '../pages/excerpts.ts'
import type { ListRequest } from '../projections/post-rows.ts'
import type { LiveView } from '../rebuild/live-view.ts'
import { parseCursor, printCursor } from './cursor.ts'
import type { PageParts, PreparedPages } from './prepared-page.ts'

/** A month in the blog's time zone, as a list takes it: its beginning, and the cursor ahead of its last post. */
const spanOf = (month: string | undefined, timeZone: string): Pick<ListRequest, 'fromMs' | 'after'> => {
  if (month === undefined) return {}
  const { fromMs, toMs } = spanOfMonth(month, timeZone)
  return { fromMs, after: { publishedMs: toMs, firstPosition: 0 } }
}

interface ListsOptions {
  page: PreparedPages
  live: LiveView
  cache: PageCache
  renderer: Renderer
  settings: () => SettingsAnswer
}

/** Posts, and counts of them. */
export const lists = ({ page, live, cache, renderer, settings }: ListsOptions) => {
  const counts = (name: 'tags' | 'authors' | 'archive') =>
    page(`GET /${name}`, ({ asOf }) => ({ text: live.current.answers[name](asOf), subject: 'posts' }))

  return handlersOf(queryEndpoints)({
    'GET /posts': page('GET /posts', ({ query, asOf }) => {
      const { cursor, month, asOf: _, ...filters } = query
      const { times, settings: rows } = live.current.projections
      const blog = times.blog()
      const span = spanOf(month, rows.timeZone())
      const after = cursor === undefined ? span.after : parseCursor(blog, cursor)
      const wanted = { ...filters, ...span, after, asOf }
      const listed = () => live.current.answers.listed(wanted)
      return withExcerpts(renderer, listed, (posts): PageParts => {
        const { json, next } = live.current.answers.list(wanted, posts)
        return {
          text: json,
          subject: 'lists',
          next: next && blog ? { cursor: printCursor(blog, next) } : undefined,
          since: cache.changes(),
        }
      })
    }),
    'GET /featured': page('GET /featured', ({ query: { limit, from }, asOf }) => {
      const fromMs = from === undefined ? Number.MIN_SAFE_INTEGER : Date.parse(from)
      return { text: live.current.answers.featured({ fromMs, limit, asOf }), subject: 'lists' }
    }),
    'GET /tags': counts('tags'),
    'GET /authors': counts('authors'),
    'GET /archive': counts('archive'),
    'GET /settings': page('GET /settings', () => ({ text: JSON.stringify(settings()), subject: 'posts' })),
  })
}
