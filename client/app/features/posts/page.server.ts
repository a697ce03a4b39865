import { headers as names } from '@logbook/contracts/http/headers.ts'
import type { PostPage } from '@logbook/contracts/http/query.ts'
import { excerptOf } from '@logbook/markdown/excerpt.ts'
import { redirect } from 'react-router'
import { askOrThrow } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { threadOf } from '../comments/thread.server.ts'

const descriptionCharsMax = 160

/** All that a post's page shows, from one request to query. An address by id or an older slug leads to the present one. */
export const loadPage = async ({ blog, request, slug }: { blog: Blog; request: Request; slug: string }) => {
  const { body, headers } = await askOrThrow<PostPage>({
    request,
    url: `${blog.urls.query}/posts/${encodeURIComponent(slug)}`,
  })
  const { search, searchParams } = new URL(request.url)
  if (body.slug !== slug) throw redirect(`/posts/${encodeURIComponent(body.slug)}${search}`)
  const { content, comments, excerpt, ...head } = body
  const { html, headings } = blog.rendered.post({ id: body.id, version: body.version, content })
  return {
    post: { ...head, html, headings },
    description: excerpt ?? excerptOf(content, { charsMax: descriptionCharsMax }),
    comments: threadOf({ comments, rendered: blog.rendered, said: searchParams.get('said') }),
    position: headers.get(names.position),
    requestKey: crypto.randomUUID(),
  }
}
