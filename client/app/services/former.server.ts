import { postNumberIn } from '@logbook/contracts/http/address.ts'
import type { MovedPost } from '@logbook/contracts/http/query.ts'
import { ask } from './ask.server.ts'
import type { Blog } from './blog.server.ts'
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
    const url = `${blog.urls.query}/former-addresses?${new URLSearchParams({ path })}`
    const answer = await ask<Partial<MovedPost>>({ request, url })
    if (answer.ok && answer.body.slug !== undefined)
      throw moved(`/posts/${encodeURIComponent(answer.body.slug)}`)
  }
}
