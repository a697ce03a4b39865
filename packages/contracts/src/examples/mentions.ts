import { exampleCommentId, exampleVoterId } from './comments.ts'
import { examplePostId } from './posts.ts'
import { exampleOf } from './recorded.ts'

const base = {
  id: '01920000-0000-7000-8000-0000000000d7',
  postId: examplePostId,
  commentId: exampleCommentId,
} as const

export const mentionFound = exampleOf('MentionFound', {
  ...base,
  authorId: exampleVoterId,
  author: { name: 'A reader', url: 'https://reader.example/notes/7' },
  content: 'I walked it too.',
  foundAt: '2026-03-01T10:00:00.000Z',
})

export const mentionGone = exampleOf('MentionGone', { ...base, goneAt: '2026-03-02T10:00:00.000Z' })
