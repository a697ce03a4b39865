import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import { type Caller, mayModerate } from '@logbook/contracts/identity.ts'
import type { PostRow } from '../projections/post-rows.ts'
import type { AsOf } from '../projections/temporal.ts'
import type { LiveView } from '../rebuild/live-view.ts'
import type { PreparedRelated } from '../related/prepared.ts'
import type { Sort, ThreadKey } from '../threads/page.ts'
import type { ThreadRequest } from '../threads/threads.ts'
import { parseThreadCursor } from './cursor.ts'
import type { PreparedPages } from './prepared-page.ts'

/** The reader that an answer is made for. The past has its own rule, in `parseAsOf`. */
const readerOf = (caller: Caller, asOf: AsOf): Pick<ThreadRequest, 'viewerId' | 'moderates'> =>
  asOf === undefined && (caller.kind === 'guest' || caller.kind === 'person')
    ? { viewerId: caller.id, moderates: mayModerate(caller) }
    : {}

interface PostPagesOptions {
  page: PreparedPages
  live: LiveView
  related: PreparedRelated
}

/** One post with its threads, and more of these. */
export const postPages = ({ page, live, related }: PostPagesOptions) => {
  const find = (idOrSlug: string, asOf: AsOf): { row: PostRow; isPresentName: boolean } => {
    const { projections, search } = live.current
    const id = idOrSlug.toLowerCase()
    const row = projections.posts.byId(id, asOf) ?? projections.posts.bySpelling(idOrSlug, asOf)
    if (row === undefined)
      throw new Problem('not-found', {
        detail: `There is no post ${idOrSlug.slice(0, bounds.slugCharsMax)}.`,
        extensions: { near: search.near(idOrSlug, asOf) },
      })
    return { row, isPresentName: row.id === id || row.slug === idOrSlug }
  }

  const placeOf = (cursor: string | undefined, sort: Sort, path: string): ThreadKey | undefined =>
    cursor === undefined
      ? undefined
      : parseThreadCursor(live.current.projections.times.blog(), { cursor, sort, path })

  const withQuery = (path: string, search: URLSearchParams) => ({
    location: search.size > 0 ? `${path}?${search}` : path,
  })

  return handlersOf(queryEndpoints)({
    'GET /posts/:idOrSlug': page(
      'GET /posts/:idOrSlug',
      ({ params, query, search, asOf }, caller) => {
        const { sort, comments, comment: wantedId } = query
        const after = placeOf(comments, sort, 'comments')
        const { row, isPresentName } = find(params.idOrSlug, asOf)
        if (!isPresentName) return withQuery(encodeURIComponent(row.slug), search)
        const beside = { related: asOf === undefined ? related.json(row) : '[]' }
        const request = { sort, after, wantedId, asOf, ...beside, ...readerOf(caller, asOf) }
        return { text: live.current.answers.page(row, request), subject: { post: row.id } }
      },
      { perReader: true },
    ),
    'GET /posts/:idOrSlug/related': page('GET /posts/:idOrSlug/related', ({ params, search }) => {
      const { row, isPresentName } = find(params.idOrSlug, undefined)
      if (!isPresentName) return withQuery(`../${encodeURIComponent(row.slug)}/related`, search)
      return { text: related.json(row), subject: { post: row.id } }
    }),
    'GET /posts/:idOrSlug/thread': page(
      'GET /posts/:idOrSlug/thread',
      ({ params, query, search, asOf }, caller) => {
        const { sort, cursor, parent } = query
        const after = placeOf(cursor, parent === undefined ? sort : 'oldest', 'cursor')
        const { row, isPresentName } = find(params.idOrSlug, asOf)
        if (!isPresentName) return withQuery(`../${encodeURIComponent(row.slug)}/thread`, search)
        const { threads } = live.current.answers
        const asked = { postId: row.id, sort, after, asOf, ...readerOf(caller, asOf) }
        const found = parent === undefined ? threads.threads(asked) : threads.replies(asked, parent)
        if (found === undefined) throw notFound(`comment ${parent} here`)
        return {
          text: `[${found.comments.join(',')}]`,
          subject: { post: row.id },
          next: found.next === undefined ? undefined : { cursor: found.next },
        }
      },
      { perReader: true },
    ),
  })
}
