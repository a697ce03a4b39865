import { offlineDigest, offlineHtml } from '../features/offline/offline.server.tsx'
import { blogContext } from '../services/blog.server.ts'
import type { Route } from './+types/offline'

/** What the service worker keeps, the same for every reader. */
export const loader = async ({ context }: Route.LoaderArgs) => {
  const settings = await context.get(blogContext).settings.current()
  return new Response(offlineHtml(settings), {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-cache',
      ETag: `"${offlineDigest(settings)}"`,
    },
  })
}
