import { callers } from '@logbook/chassis/testing/access.ts'
import { givenOf } from '@logbook/chassis/testing/given.ts'
import type { CommentFlag } from '@logbook/contracts/events/comment-flags.ts'
import {
  commentAdvertised,
  commentAnonymized,
  commentCreated,
  commentDeleted,
  commentEdited,
  commentPromoted,
  commentSearchable,
  commentUpdated,
  deletedCommentUpdated,
  exampleCommentId as id,
} from '@logbook/contracts/examples/comments.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { describe, expect, it } from 'vitest'
import { type CommentEvent, evolve, initialComment, stateOf } from '../src/domain/comment.ts'
import { type CommentCommand, decide } from '../src/domain/decide.ts'
import type { KnownPost } from '../src/domain/post-known.ts'

const given = givenOf({ initial: initialComment, evolve, decide })
const cause = 'the-fact'
const subject = `comment-${id}`
const created = commentCreated()
const approved = [created, commentUpdated()] as const
const writer = callers.author
const post: KnownPost = { status: 'published', authorId: writer.id, commentsClosed: false }
const author = { ...callers.reader, id: created.data.authorId ?? '' }
const guest = { kind: 'guest', id: author.id } as const
const soon = new Date(Date.parse(created.data.createdAt) + 60_000).toISOString()

/** The fact that a command leads to. */
const factOf = (events: readonly CommentEvent[], command: ReturnType<typeof set>) =>
  decide(events.reduce(evolve, initialComment), command)[0]

interface By {
  caller?: Caller
  at?: string
}

const set = (flag: CommentFlag, value: boolean, { caller = callers.moderator, at = soon }: By = {}) =>
  ({
    kind: 'flag',
    ...{ flag, value, caller, at, post, cause },
    settings: { commentsFrom: 'guests', editMinutes: 15 },
  }) as const satisfies CommentCommand

const flags = [
  ['promoted', 'CommentPromoted', true, commentPromoted({ by: 'moderator' })],
  ['advertised', 'CommentAdvertised', true, commentAdvertised({ by: 'moderator' })],
  ['searchable', 'CommentSearchable', false, commentSearchable({ by: 'moderator' })],
  ['anonymized', 'CommentAnonymized', true, commentAnonymized({ by: 'moderator' })],
] as const

describe.each(flags)('the flag %s', (flag, type, value, fact) => {
  it('is set and cleared again by the same event, and a value that it has appends nothing', () => {
    const before = stateOf(given(...approved).state)
    given(...approved)
      .when(set(flag, value))
      .yields(
        { type, subject, data: { id, by: 'moderator', [flag]: value } },
        { type: 'CommentUpdated', subject, data: { ...before, [flag]: value, cause } },
      )
    given(...approved, fact)
      .when(set(flag, !value))
      .yields(
        { type, subject, data: { id, by: 'moderator', [flag]: !value } },
        { type: 'CommentUpdated', subject, data: { ...before, cause } },
      )
    given(...approved)
      .when(set(flag, !value))
      .yieldsNothing()
    given(...approved, fact)
      .when(set(flag, value))
      .yieldsNothing()
  })

  it('is not found for a comment that never was, and gone for one that was deleted', () => {
    given().when(set(flag, value)).refuses('not-found')
    given(created, commentDeleted(), deletedCommentUpdated()).when(set(flag, value)).refuses('gone')
  })
})

describe.each(['promoted', 'advertised', 'searchable'] as const)('who may set %s', (flag) => {
  const value = flag !== 'searchable'
  it.each([
    ['the writer of the post', writer, 'writer'],
    ['a moderator', callers.moderator, 'moderator'],
    ['an owner', callers.owner, 'moderator'],
  ] as const)('%s', (_, caller, by) => {
    const fact = factOf([...approved], set(flag, value, { caller }))
    expect(fact?.data).toEqual({ id, by, [flag]: value })
  })

  it.each([
    ['an author on someone else’s post', callers.otherAuthor],
    ['the author of the comment', author],
    ['a guest', callers.guest],
  ] as const)('not %s', (_, caller) => {
    given(...approved)
      .when(set(flag, value, { caller }))
      .refuses('forbidden')
  })
})

describe('who may set anonymized', () => {
  it('the author of the comment, a guest only as long as for a change, and no one else but moderators', () => {
    const by = (caller: Caller, at = soon) => set('anonymized', true, { caller, at })
    const later = '2030-01-01T00:00:00.000Z'
    for (const command of [by(author, later), by(guest)])
      expect(factOf([...approved], command)?.data).toEqual({ id, by: 'author', anonymized: true })
    for (const command of [by(guest, later), by(writer), by(callers.reader), by(callers.guest)])
      given(...approved)
        .when(command)
        .refuses('forbidden')
  })

  it('and its author can’t show a name that a moderator has hidden', () => {
    const hiddenBy = (by: 'author' | 'moderator') => [...approved, commentAnonymized({ by })]
    const show = (caller: Caller) => set('anonymized', false, { caller })
    given(...hiddenBy('moderator'))
      .when(show(author))
      .refuses('forbidden')
    expect(factOf(hiddenBy('author'), show(author))?.type).toBe('CommentAnonymized')
    expect(factOf(hiddenBy('moderator'), show(callers.moderator))?.type).toBe('CommentAnonymized')
  })
})

it('what readers do not see can’t be featured or quoted, but can be no more, and its name can be hidden', () => {
  given(created).when(set('promoted', true)).refuses('conflict')
  given(created).when(set('advertised', true)).refuses('conflict')
  expect(factOf([created, commentPromoted()], set('promoted', false))?.type).toBe('CommentPromoted')
  expect(factOf([created], set('anonymized', true))?.type).toBe('CommentAnonymized')
})

it('an edit ends what was picked for the text before, and keeps the other flags', () => {
  const facts = [commentPromoted(), commentAdvertised(), commentSearchable(), commentAnonymized()]
  expect(given(...approved, ...facts, commentEdited()).state).toMatchObject({
    ...{ promoted: false, advertised: false, searchable: false, anonymized: true },
  })
})
