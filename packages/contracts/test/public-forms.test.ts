import { describe, expect, it } from 'vitest'
import { commentStateOf } from '../src/events/comments.ts'
import { commentCreated, commentUpdated, deletedCommentUpdated } from '../src/examples/comments.ts'
import { postUpdated } from '../src/examples/posts.ts'
import { commentForPublic, commentForWriter, publicComment } from '../src/http/comments.ts'
import { publicHead } from '../src/http/query.ts'

const author = { name: 'A reader', url: null, email: 'reader@example.org' }
const reason = 'Contains the word “orange”'
const summaries = [
  commentCreated({ author }),
  commentCreated({ author, erased: true }),
  ...(['pending', 'approved', 'rejected'] as const).map((status) =>
    commentUpdated({ author, status, reason }),
  ),
  commentUpdated({ author, erased: true }),
  deletedCommentUpdated(),
]

describe('the forms of a comment in answers', () => {
  it.each(summaries)('have all members of their schema and no other, never the e-mail: $type', ({ data }) => {
    for (const form of [commentForPublic, commentForWriter]) {
      const shown = form(commentStateOf(data))
      expect(publicComment.strict().parse(shown)).toEqual(shown)
      expect(JSON.stringify(shown)).not.toContain('reader@example.org')
    }
  })

  it.each(summaries)(
    'show the public neither text nor author of what is not approved, nor a reason: $type',
    ({ data }) => {
      const state = commentStateOf(data)
      const shown = commentForPublic(state)
      expect(shown.reason).toBeNull()
      if (state.status !== 'approved') expect(shown).toMatchObject({ author: null, content: null })
      else expect(shown).toMatchObject({ author: { name: 'A reader' }, content: state.content })
    },
  )

  it('tell the writer their text and why it has its verdict', () => {
    const state = commentStateOf(commentUpdated({ author, status: 'rejected', reason }).data)
    expect(commentForWriter(state)).toMatchObject({ author: { name: 'A reader' }, reason })
  })
})

it('the head of a post has what everyone may see of its state, and not its text', () => {
  const post = postUpdated().data
  if (post.status !== 'published') throw new Error('the example is published')
  const head = publicHead(post, 7)
  expect(head).toMatchObject({ id: post.id, title: post.title, publishedAt: post.publishedAt, version: 7 })
  for (const name of ['content', 'excerpt', 'authorId', 'status', 'formerAddresses'])
    expect(head).not.toHaveProperty(name)
})
