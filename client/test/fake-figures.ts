import type { Figures } from '@logbook/contracts/http/figures.ts'
import type { LivePost } from './sample-blog.ts'

const dayMs = 86_400_000

/** Figures of these posts in a period: on its last day each was opened three times by two readers. */
export const figuresOf = (posts: readonly LivePost[], period: URLSearchParams): Figures => {
  const [from = '', to = ''] = [period.get('from'), period.get('to')].map((day) => day ?? '2026-11-20')
  const length = (Date.parse(to) - Date.parse(from)) / dayMs + 1
  const days = Array.from({ length }, (_, n) => ({
    day: new Date(Date.parse(from) + n * dayMs).toISOString().slice(0, 10),
    ...(n === length - 1 ? { views: 3 * posts.length, readers: 2 * posts.length } : { views: 0, readers: 0 }),
  }))
  return {
    ...{ from, to, views: 3 * posts.length, readers: 2 * posts.length, days },
    posts: posts.map(({ id, slug, title }) => ({ id, slug, title, views: 3, readers: 2 })),
    referrers: [{ host: 'news.example.org', readers: 1 }],
  }
}
