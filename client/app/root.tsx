import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import './features/page/page.css'
import interFile from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url'
import serifFile from '@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2?url'
import { use } from 'react'
import {
  type HeadersFunction,
  isRouteErrorResponse,
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
} from 'react-router'
import type { Route } from './+types/root'
import { offlineDigest } from './features/offline/offline.server.tsx'
import { accentPath } from './features/page/accent.ts'
import { type BlogData, useBlog } from './features/page/blog.ts'
import { Away, Broken, Missing, NotYours, Unreadable } from './features/page/errors.tsx'
import { ScriptsContext } from './features/page/scripts.ts'
import { Shell } from './features/page/shell.tsx'
import { themeOf } from './features/page/theme.ts'
import { ThemeColour } from './features/page/theme-colour.tsx'
import { roomMeta } from './features/page/title.ts'
import { NoSuchMoment, whyNoMoment } from './features/past/no-such-moment.tsx'
import { blogContext } from './services/blog.server.ts'
import { viewerOf } from './services/viewer.server.ts'

export const loader = async ({ request, context }: Route.LoaderArgs): Promise<BlogData> => {
  const { settings, publicUrl } = context.get(blogContext)
  const current = await settings.current()
  const { title, description, language, timeZone, navigation, accent, icon, commentsFrom, editMinutes } =
    current
  return {
    offlineDigest: offlineDigest(current),
    ...{ title, description, language, timeZone, navigation, accent, icon, commentsFrom, editMinutes },
    publicUrl,
    theme: themeOf(request.headers.get('Cookie')),
    viewer: viewerOf(request) ?? null,
  }
}

/** Signing in or out reloads the page. */
export const shouldRevalidate = () => false

export const headers: HeadersFunction = ({ errorHeaders }) => errorHeaders ?? {}

/** Of a page that has no head of its own: one that is not there, or could not be made. */
export const meta: Route.MetaFunction = ({ loaderData, matches, error }) => {
  if (isRouteErrorResponse(error) && error.status === 404) return roomMeta(matches, 'There is nothing here')
  return error ? roomMeta(matches, 'Not available') : [{ title: loaderData?.title ?? 'Logbook' }]
}

const preloads = [serifFile, interFile]

export const Layout = ({ children }: { children: React.ReactNode }) => {
  const scripts = use(ScriptsContext)
  const blog = useBlog()
  return (
    <html
      lang={blog?.language ?? 'en'}
      data-theme={blog?.theme}
      data-offline={blog?.offlineDigest}
      suppressHydrationWarning
    >
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <ThemeColour chosen={blog?.theme} />
        {blog?.icon ? (
          <link rel="icon" href={blog.icon} />
        ) : (
          <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        )}
        <link rel="apple-touch-icon" href={blog?.icon ?? '/icon-180.png'} />
        <link rel="manifest" href="/manifest.webmanifest" />
        {preloads.map((href) => (
          <link key={href} rel="preload" as="font" type="font/woff2" href={href} crossOrigin="anonymous" />
        ))}
        {scripts.kind === 'reader' ? <script type="module" src={scripts.file} /> : null}
        <Meta />
        {/* Styles are the blog's own files and need no nonce; browsers hide it, and hydration would miss it. */}
        <Links nonce="" />
        {blog?.accent ? <link rel="stylesheet" href={accentPath(blog.accent)} /> : null}
      </head>
      <body>
        <Shell
          title={blog?.title ?? 'Logbook'}
          theme={blog?.theme}
          viewer={blog?.viewer ?? null}
          navigation={blog?.navigation ?? []}
        >
          {children}
        </Shell>
        {scripts.kind === 'reader' ? null : (
          <>
            <ScrollRestoration nonce={scripts.nonce} />
            <Scripts nonce={scripts.nonce} />
          </>
        )}
      </body>
    </html>
  )
}

export default function App() {
  return <Outlet />
}

export const ErrorBoundary = ({ error }: Route.ErrorBoundaryProps) => {
  if (isRouteErrorResponse(error) && error.status === 404) return <Missing />
  if (isRouteErrorResponse(error) && error.status === 422 && whyNoMoment(error.data))
    return <NoSuchMoment why={whyNoMoment(error.data) ?? ''} />
  if (isRouteErrorResponse(error) && (error.status === 415 || error.status === 422)) return <Unreadable />
  if (isRouteErrorResponse(error) && error.status === 403) return <NotYours />
  if (isRouteErrorResponse(error) && error.status === 503) return <Away />
  return <Broken />
}
