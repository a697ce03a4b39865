import type { PostPage } from '@logbook/contracts/http/query.ts'
import { data } from 'react-router'
import { pictureOf } from '../features/posts/picture.server.ts'
import { askOrThrow } from '../services/ask.server.ts'
import { blogContext } from '../services/blog.server.ts'
import { moved } from '../services/moved.server.ts'
import type { Route } from './+types/card'

const retryAfterSeconds = '10'

/** The link-preview picture of a published post. An older digest redirects to the current one. */
export const loader = async ({ request, context, params: { slug } }: Route.LoaderArgs) => {
  const blog = context.get(blogContext)
  const url = `${blog.urls.query}/posts/${encodeURIComponent(slug)}`
  const [{ body: post }, look] = await Promise.all([
    askOrThrow<PostPage>({ request, url }),
    blog.settings.current(),
  ])
  const picture = pictureOf(post, look)
  if (picture === undefined) throw data(null, { status: 404 })
  const { pathname } = new URL(request.url)
  if (pathname !== picture.path) throw moved(picture.path)
  const headers = {
    'Cache-Control': 'no-cache',
    ETag: `"${picture.path.split('/').at(-1)}"`,
    // Previews on other sites show it.
    'Cross-Origin-Resource-Policy': 'cross-origin',
  }
  if (request.headers.get('If-None-Match')?.includes(headers.ETag))
    return new Response(null, { status: 304, headers })
  const png = await blog.painter.paint(post.id, picture.card)
  if (png === 'busy') throw new Response(null, { status: 503, headers: { 'Retry-After': retryAfterSeconds } })
  if (png === 'none') throw data(null, { status: 404 })
  return new Response(Uint8Array.from(png), {
    headers: { ...headers, 'Content-Type': 'image/png', 'Content-Length': String(png.length) },
  })
}
