import { reachPosition } from '@logbook/chassis/http/min-position.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import { limits } from '../limits.ts'
import type { LiveView } from '../rebuild/live-view.ts'
import { parseFoundCursor, printFoundCursor } from './cursor.ts'
import type { PreparedPages } from './prepared-page.ts'

export const search = ({ page, live }: { page: PreparedPages; live: LiveView }) =>
  handlersOf(queryEndpoints)({
    'GET /search': {
      follower: live.search,
      ...page('GET /search', async ({ query: { q, kind, limit, cursor }, asOf }) => {
        const blog = live.current.projections.times.blog()
        const offset = cursor === undefined ? 0 : parseFoundCursor(blog, cursor)
        // The pages may be a moment ahead of the index.
        if (asOf !== undefined) await reachPosition(live.search, asOf.position, limits.searchWaitMsMax)
        const { hits, next } = live.current.search.find({ q, kind, limit, offset, asOf })
        const hasMore = next !== undefined && blog !== undefined
        return {
          text: JSON.stringify(hits),
          next: hasMore ? { cursor: printFoundCursor(blog, next) } : undefined,
        }
      }),
    },
  })
