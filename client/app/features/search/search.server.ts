import type { SearchHit } from '@logbook/contracts/http/search.ts'
import { askOrThrow } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { pageQuery } from '../../services/paging.server.ts'
import { nextCursorOf } from '../page/paging.ts'

const hitsPerPage = 20
const searchCharsMax = 1_000

/** What was found, a page at a time; nothing where nothing was looked for. */
export const loadHits = async ({ blog, request }: { blog: Blog; request: Request }) => {
  const asked = (new URL(request.url).searchParams.get('q') ?? '').slice(0, searchCharsMax)
  if (asked.trim() === '') return { asked: '', hits: [], more: null, isFirst: true }
  const query = pageQuery({ request, limit: hitsPerPage })
  query.set('q', asked)
  const url = `${blog.urls.query}/search?${query}`
  const { body, headers } = await askOrThrow<SearchHit[]>({ request, url })
  return { asked, hits: body, more: nextCursorOf(headers), isFirst: !query.has('cursor') }
}
