import { colours } from '../features/page/theme.ts'
import { blogContext } from '../services/blog.server.ts'
import type { Route } from './+types/manifest'

const ownIcons = [
  { src: '/icon.svg', type: 'image/svg+xml', sizes: 'any' },
  { src: '/icon-512.png', type: 'image/png', sizes: '512x512' },
]

/** The web app manifest: what the blog is called on a home screen, and its pictures. */
export const loader = async ({ context }: Route.LoaderArgs) => {
  const { title, description, language, icon } = await context.get(blogContext).settings.current()
  const manifest = {
    name: title,
    short_name: title,
    ...(description === '' ? {} : { description }),
    lang: language,
    start_url: '/',
    display: 'minimal-ui',
    theme_color: colours.light,
    background_color: colours.light,
    icons: icon ? [{ src: icon, sizes: 'any' }] : ownIcons,
  }
  return Response.json(manifest, {
    headers: { 'Content-Type': 'application/manifest+json', 'Cache-Control': 'no-cache' },
  })
}
