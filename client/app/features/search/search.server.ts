import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import type { Blog } from '../../services/blog.server.ts'
import { callOrThrow } from '../../services/call.server.ts'
import { pageQuery } from '../../services/paging.server.ts'
import { nextCursorOf } from '../page/paging.ts'

const hitsPerPage = 20
const searchCharsMax = 1_000

export type SearchedKind = 'posts' | 'comments'

const kindOf = (text: string | null): SearchedKind | null =>
  text === 'posts' || text === 'comments' ? text : null

/** Search hits, a page at a time; none without a query. */
export const loadHits = async ({ blog, request }: { blog: Blog; request: Request }) => {
  const { searchParams } = new URL(request.url)
  const asked = (searchParams.get('q') ?? '').slice(0, searchCharsMax)
  const kind = kindOf(searchParams.get('kind'))
  if (asked.trim() === '') return { asked: '', kind, hits: [], more: null, isFirst: true }
  const query = pageQuery({ request, limit: hitsPerPage })
  query.set('q', asked)
  if (kind !== null) query.set('kind', kind)
  const { body, headers } = await callOrThrow(queryEndpoints, 'GET /search', { blog, request, query })
  return { asked, kind, hits: body, more: nextCursorOf(headers), isFirst: !query.has('cursor') }
}
