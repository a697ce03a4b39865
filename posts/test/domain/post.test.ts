import { callers } from '@logbook/chassis/testing/access.ts'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import { eventSchema } from '@logbook/contracts/events/catalog.ts'
import { commentPromoted } from '@logbook/contracts/examples/comments.ts'
import { draftCreated, postCreated } from '@logbook/contracts/examples/posts.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide, type PostCommand } from '../../src/domain/decide.ts'
import { decodePost, evolve, initialPost, type Post, type PostEvent, stateOf } from '../../src/domain/post.ts'

const words = fc.stringMatching(/^[a-z]{1,6}$/)
const changes = fc.record(
  {
    title: words,
    content: fc.constantFrom('', 'one', 'two'),
    excerpt: fc.constantFrom(null, 'short'),
    tags: fc.array(words, { maxLength: 3 }),
    slug: fc.constantFrom('a', 'b', 'c'),
  },
  { requiredKeys: [] },
)
const at = fc.integer({ min: 0, max: 1_000_000_000 }).map((ms) => new Date(ms).toISOString())
const command: fc.Arbitrary<PostCommand> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('edit' as const), changes, at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('publish' as const), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('unpublish' as const), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), at }) },
)
const history = fc.tuple(
  fc.constantFrom(postCreated().data, draftCreated().data),
  fc.array(command, { maxLength: 12 }),
)

const tryDecide = (post: Post, each: PostCommand): readonly DomainEvent[] => {
  try {
    return decide(post, each, callers.owner)
  } catch {
    return []
  }
}

describe('any history of a post', () => {
  it('any history of a post folds to its last summary, and each event matches its schema', () => {
    fc.assert(
      fc.property(history, ([post, commands]) => {
        let state = initialPost
        for (const each of [{ kind: 'create', post } as const, ...commands]) {
          const events = tryDecide(state, each) as readonly PostEvent[]
          for (const { type, data } of events) expect(eventSchema(type).parse(data)).toEqual(data)
          state = events.reduce(evolve, state)
          const summary = events.find(({ type }) => type === 'PostUpdated')
          if (summary) expect(stateOf(state)).toEqual(summary.data)
        }
      }),
    )
  })

  it('any history of a post reserves each slug once', () => {
    fc.assert(
      fc.property(history, ([post, commands]) => {
        let state = initialPost
        const reserved: unknown[] = []
        for (const each of [{ kind: 'create', post } as const, ...commands]) {
          const events = tryDecide(state, each) as readonly PostEvent[]
          reserved.push(...events.filter(({ type }) => type === 'SlugReserved').map(({ subject }) => subject))
          state = events.reduce(evolve, state)
        }
        expect(new Set(reserved).size).toBe(reserved.length)
      }),
    )
  })
})

describe('reading an event', () => {
  it('an event on another stream than its own is unreadable', () => {
    expect(decodePost(postCreated())).toMatchObject({ kind: 'event' })
    expect(decodePost(postCreated({}, { subject: 'post-other' }))).toMatchObject({ kind: 'unreadable' })
  })

  it('events of other services are ignored', () => {
    const promoted = commentPromoted({ id: postCreated().data.id }, { subject: 'x' })
    expect(decodePost(promoted)).toEqual({ kind: 'foreign' })
  })
})
