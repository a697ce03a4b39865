import { index, type RouteConfig, route as routeOf } from '@react-router/dev/routes'

/** Addresses are read by case, as everything before and behind the client reads them. */
const route = (path: string, file: string, options: { id?: string } = {}) =>
  routeOf(path, file, { ...options, caseSensitive: true })

export default [
  index('routes/home.tsx'),
  route('tags', 'routes/tags.tsx'),
  route('tags/:tag', 'routes/tag.tsx'),
  route('authors', 'routes/authors.tsx'),
  route('authors/:author', 'routes/author.tsx'),
  route('archive', 'routes/archive.tsx'),
  route('archive/:month', 'routes/month.tsx'),
  route('search', 'routes/search.tsx'),
  route('posts/:slug', 'routes/post.tsx'),
  route('write', 'routes/write.tsx', { id: 'write-new' }),
  route('write/:id', 'routes/write.tsx', { id: 'write-post' }),
  route('write/:id/history', 'routes/history.tsx'),
  route('drafts', 'routes/drafts.tsx'),
  route('media', 'routes/media.tsx'),
  route('moderation', 'routes/moderation.tsx'),
  route('sign-in', 'routes/sign-in.tsx'),
  route('sign-in/:provider', 'routes/sign-in-social.ts'),
  route('sign-up', 'routes/sign-up.tsx'),
  route('sign-out', 'routes/sign-out.ts'),
  route('forgot-password', 'routes/forgot-password.tsx'),
  route('reset-password', 'routes/reset-password.tsx'),
  route('confirm-address', 'routes/confirm-address.tsx'),
  route('setup', 'routes/setup.tsx'),
  route('begin', 'routes/begin.tsx'),
  route('begin/import', 'routes/begin-import.tsx'),
  route('invitation', 'routes/invitation.tsx'),
  route('account', 'routes/account.tsx'),
  route('settings', 'routes/settings.tsx'),
  route('people', 'routes/people.tsx'),
  route('erasures/:id', 'routes/erasure.tsx'),
  route('theme', 'routes/theme.ts'),
  route('accent/:rule/:file', 'routes/accent.ts'),
  route('offline', 'routes/offline.ts'),
  route('card/:slug/:file', 'routes/card.ts'),
  route('manifest.webmanifest', 'routes/manifest.ts'),
  route('*', 'routes/not-found.tsx'),
] satisfies RouteConfig
