import { callers } from '@logbook/chassis/testing/access.ts'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import { eventSchema } from '@logbook/contracts/events/catalog.ts'
import { initialFlags } from '@logbook/contracts/events/comment-flags.ts'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Comment,
  type CommentEvent,
  decodeComment,
  evolve,
  initialComment,
  stateOf,
} from '../src/domain/comment.ts'
import { type CommentCommand, decide } from '../src/domain/decide.ts'
import type { CommentSettings } from '../src/domain/permission.ts'
import { initialPost } from '../src/domain/post-known.ts'
import { nobody, voteOf, withVote } from '../src/domain/voters.ts'

const voter = fc
  .integer({ min: 0, max: 600 })
  .map((n) => `01920000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`)
  // Authors do not vote on what they wrote.
  .filter((id) => id !== commentCreated().data.authorId)
const value = fc.constantFrom(1 as const, 0 as const, -1 as const)
const cause = fc.uuid()
const at = fc.integer({ min: 0, max: 1_000_000_000 }).map((ms) => new Date(ms).toISOString())
const editedAt = fc
  .integer({ min: 0, max: 20 * 60_000 })
  .map((ms) => new Date(Date.parse(commentCreated().data.createdAt) + ms).toISOString())
const settings: CommentSettings = { commentsFrom: 'guests', editMinutes: 15 }
const caller = { ...callers.reader, id: commentCreated().data.authorId ?? '' }
const command: fc.Arbitrary<CommentCommand> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('apply-verdict' as const),
      cause,
      status: fc.constantFrom('approved' as const, 'rejected' as const, 'pending' as const),
      reason: fc.constantFrom('', 'why'),
      revision: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('edit' as const),
      caller: fc.constant(caller),
      content: fc.constantFrom('one', 'two'),
      at: editedAt,
      settings: fc.constant(settings),
      cause,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('vote' as const),
      caller: fc.constant(callers.guest),
      settings: fc.constant(settings),
      voterId: voter,
      value,
      cause,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('flag' as const),
      flag: fc.constantFrom('promoted' as const, 'searchable', 'advertised', 'anonymized'),
      value: fc.boolean(),
      caller: fc.constantFrom(caller, callers.moderator),
      settings: fc.constant(settings),
      post: fc.constant(initialPost),
      at,
      cause,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('delete' as const),
      caller: fc.constant(caller),
      settings: fc.constant(settings),
      at,
      cause,
    }),
  },
)

const tryDecide = (comment: Comment, each: CommentCommand): readonly DomainEvent[] => {
  try {
    return decide(comment, each)
  } catch {
    return []
  }
}

const begun = { kind: 'import', comment: commentCreated().data, flags: initialFlags, cause: 'c' } as const

describe('any history of a comment', () => {
  it('folds to what its last summary says, and each event is of its schema', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 25 }), (commands) => {
        let state = initialComment
        for (const each of [begun, ...commands]) {
          const events = tryDecide(state, each) as readonly CommentEvent[]
          for (const { type, data } of events) expect(eventSchema(type).parse(data)).toEqual(data)
          state = events.reduce(evolve, state)
          const summary = events.find(({ type }) => type === 'CommentUpdated')
          if (summary && each.kind !== 'create')
            expect({ ...stateOf(state), cause: 'cause' in each ? each.cause : '' }).toEqual(summary.data)
        }
      }),
    )
  })

  it('scores the sum of what each voter said last', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(voter, value), { maxLength: 60 }), (votes) => {
        let state = [commentCreated(), commentUpdated()].reduce<Comment>(evolve, initialComment)
        for (const [voterId, vote] of votes) {
          const decided = decide(state, {
            ...{ kind: 'vote', caller: callers.guest, settings, voterId, value: vote, cause: 'c' },
          })
          state = (decided as readonly CommentEvent[]).reduce(evolve, state)
        }
        const sum = [...new Map(votes).values()].reduce<number>((total, vote) => total + vote, 0)
        expect(state).toMatchObject({ score: sum })
      }),
    )
  })

  it('remembers what each voter said last, and leaves earlier states as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(voter, value), { maxLength: 60 }), (votes) => {
        let voters = nobody
        const last = new Map<string, number>()
        for (const [voterId, vote] of votes) {
          const before = voters
          const known = voteOf(before, voterId)
          voters = withVote(voters, { voterId, value: vote })
          expect(voteOf(before, voterId)).toBe(known)
          last.set(voterId, vote)
        }
        for (const [voterId, vote] of last) expect(voteOf(voters, voterId)).toBe(vote)
      }),
    )
  })
})

it('an event on another stream than its own is not read', () => {
  expect(decodeComment(commentCreated())).toMatchObject({ kind: 'event' })
  expect(decodeComment(commentCreated({}, { subject: 'comment-other' }))).toMatchObject({
    kind: 'unreadable',
  })
})
