import { examplePostId } from './posts.ts'
import { exampleOf } from './recorded.ts'

export const postViewsCounted = exampleOf('PostViewsCounted', {
  day: '2026-03-01',
  counter: '0195f0a0-0000-7000-8000-00000000c001',
  posts: [
    { id: examplePostId, views: 12, readers: 9, referrers: [{ host: 'search.example.org', readers: 4 }] },
  ],
  countedAt: '2026-03-01T09:10:00.000Z',
})

/** One of each type, as they come without overrides. */
export const figuresExamples = () => [postViewsCounted()]
