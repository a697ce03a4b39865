import { index, type RouteConfig, route } from '@react-router/dev/routes'

export default [
  index('routes/home.tsx'),
  route('tags', 'routes/tags.tsx'),
  route('tags/:tag', 'routes/tag.tsx'),
  route('posts/:slug', 'routes/post.tsx'),
  route('write', 'routes/write.tsx', { id: 'write-new' }),
  route('write/:id', 'routes/write.tsx', { id: 'write-post' }),
  route('drafts', 'routes/drafts.tsx'),
  route('moderation', 'routes/moderation.tsx'),
  route('theme', 'routes/theme.ts'),
  route('*', 'routes/not-found.tsx'),
] satisfies RouteConfig
