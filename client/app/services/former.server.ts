import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import { postNumberIn } from '@logbook/contracts/http/address.ts'
import type { Blog } from './blog.server.ts'
import { call } from './call.server.ts'
import { moved } from './moved.server.ts'

/** Throws a redirect to the post that had this address before its import; returns if there is none. */
export const leadOnFromFormer = async ({
  blog,
  request,
}: {
  blog: Blog
  request: Request
}): Promise<void> => {
  const { pathname, search } = new URL(request.url)
  const numbered = postNumberIn(search) === undefined ? [] : [pathname + search]
  for (const path of pathname === '/' ? numbered : [...numbered, pathname]) {
    const answer = await call(queryEndpoints, 'GET /former-addresses', { blog, request, query: { path } })
    if (answer.ok) throw moved(`/posts/${encodeURIComponent(answer.body.slug)}`)
  }
}
