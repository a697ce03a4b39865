import { callers } from '@logbook/chassis/testing/access.ts'
import { givenOf, type Outcome } from '@logbook/chassis/testing/given.ts'
import { type CommentFlags, initialFlags } from '@logbook/contracts/events/comment-flags.ts'
import {
  commentCreated,
  commentDeleted,
  commentEdited,
  commentPromoted,
  commentUpdated,
  commentUpvoted,
  commentVoteWithdrawn,
  deletedCommentUpdated,
  exampleCommentId as id,
} from '@logbook/contracts/examples/comments.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { describe, expect, it } from 'vitest'
import { evolve, initialComment, stateOf } from '../src/domain/comment.ts'
import { decide, type Setting, type Verdict } from '../src/domain/decide.ts'
import type { CommentSettings } from '../src/domain/permission.ts'

/** Not the author of the examples. */
const voterId = '01920000-0000-7000-8000-0000000000f2'
const given = givenOf({ initial: initialComment, evolve, decide })
const at = '2026-04-01T00:00:00.000Z'
const cause = 'the-fact'
const settings: CommentSettings = { commentsFrom: 'guests', editMinutes: 15 }
const subject = `comment-${id}`
const created = commentCreated()
const { postId, authorId } = created.data
const soon = new Date(Date.parse(created.data.createdAt) + 60_000).toISOString()
const caller = { ...callers.reader, id: authorId ?? '' }
const pending = stateOf(given(created).state)
const approved = stateOf(given(created, commentUpdated()).state)

describe('importing', () => {
  const bring = (flags: Partial<CommentFlags> = {}) =>
    ({ kind: 'import', comment: created.data, flags: { ...initialFlags, ...flags }, cause }) as const

  it('appends the comment, pending', () => {
    given().when(bring()).yields({ type: 'CommentCreated', subject, data: created.data })
  })

  it('appends a fact for each flag that a new comment does not have, and one summary of them all', () => {
    const flags = { promoted: true, advertised: true, searchable: false, anonymized: true }
    const set = { id, by: 'moderator' } as const
    given()
      .when(bring(flags))
      .yields(
        { type: 'CommentCreated', subject, data: created.data },
        { type: 'CommentPromoted', subject, data: { ...set, promoted: true } },
        { type: 'CommentAdvertised', subject, data: { ...set, advertised: true } },
        { type: 'CommentSearchable', subject, data: { ...set, searchable: false } },
        { type: 'CommentAnonymized', subject, data: { ...set, anonymized: true } },
        { type: 'CommentUpdated', subject, data: { ...pending, ...flags, cause } },
      )
  })

  it('leaves a comment that exists as it is, even a deleted one', () => {
    given(created)
      .when(bring({ promoted: true }))
      .yieldsNothing()
    given(created, commentDeleted()).when(bring()).yieldsNothing()
  })
})

describe('creating by a reader', () => {
  const open: Setting = {
    caller: callers.guest,
    settings,
    post: { status: 'published', authorId: null, commentsClosed: false },
    parent: undefined,
  }
  const create = (by: Partial<Setting>) =>
    given().when({ kind: 'create', comment: created.data, by: { ...open, ...by } })

  it.each([
    ['guests', 'guest', true],
    ['guests', 'reader', true],
    ['members', 'guest', false],
    ['members', 'reader', true],
    ['nobody', 'guest', false],
    ['nobody', 'reader', false],
    ['nobody', 'owner', false],
  ] as const)('where comments are taken from %s, as a %s: %s', (commentsFrom, name, isTaken) => {
    const outcome = create({ caller: callers[name], settings: { ...settings, commentsFrom } })
    if (isTaken) outcome.yields({ type: 'CommentCreated', subject, data: created.data })
    else outcome.refuses('forbidden')
  })

  it('is refused under a post that readers do not see or that is closed, and below a deleted comment', () => {
    create({ post: { status: 'draft', authorId: null, commentsClosed: false } }).refuses('not-found')
    create({ post: { status: 'unknown' } }).refuses('not-found')
    create({ post: { status: 'published', authorId: null, commentsClosed: true } }).refuses('comments-closed')
    create({ parent: given(created, commentDeleted()).state }).refuses('invalid')
  })
})

describe('editing', () => {
  it('makes a new revision that waits for its own verdict', () => {
    given(created, commentUpdated({ reason: 'Fine' }))
      .when({ kind: 'edit', settings, caller, content: 'Other words', at: soon, cause })
      .yields(
        {
          type: 'CommentEdited',
          subject,
          data: { id, postId, authorId, content: 'Other words', revision: 2, editedAt: soon },
        },
        {
          type: 'CommentUpdated',
          subject,
          data: { ...pending, content: 'Other words', revision: 2, editedAt: soon, cause },
        },
      )
  })

  it('into the same words appends nothing', () => {
    given(created)
      .when({ kind: 'edit', settings, caller, content: created.data.content, at: soon, cause })
      .yieldsNothing()
  })
})

describe('voting', () => {
  it('on one’s own comment is refused, but what was given before can be taken back', () => {
    const own = {
      kind: 'vote',
      caller: callers.guest,
      settings,
      voterId: created.data.authorId ?? '',
      cause,
    } as const
    given(created, commentUpdated())
      .when({ ...own, value: 1 })
      .refuses('forbidden')
    given(created, commentUpdated())
      .when({ ...own, value: -1 })
      .refuses('forbidden')
    given(created, commentUpdated())
      .when({ ...own, value: 0 })
      .yieldsNothing()
  })

  it.each([
    [1, 'CommentUpvoted', 1],
    [-1, 'CommentDownvoted', -1],
  ] as const)('%i is counted', (value, type, score) => {
    given(created, commentUpdated())
      .when({ kind: 'vote', caller: callers.guest, settings, voterId, value, cause })
      .yields(
        { type, subject, data: { id, voterId } },
        { type: 'CommentUpdated', subject, data: { ...approved, score, cause } },
      )
  })

  it('the other way replaces the vote', () => {
    given(created, commentUpdated(), commentUpvoted({ voterId }))
      .when({ kind: 'vote', caller: callers.guest, settings, voterId, value: -1, cause })
      .yields(
        { type: 'CommentDownvoted', data: { id, voterId } },
        { type: 'CommentUpdated', data: { ...approved, score: -1, cause } },
      )
  })

  it('0 withdraws the vote', () => {
    given(created, commentUpdated(), commentUpvoted({ voterId }))
      .when({ kind: 'vote', caller: callers.guest, settings, voterId, value: 0, cause })
      .yields(
        { type: 'CommentVoteWithdrawn', data: { id, voterId } },
        { type: 'CommentUpdated', data: { ...approved, score: 0, cause } },
      )
  })

  it('the same twice appends nothing', () => {
    const vote = (value: 1 | 0 | -1) =>
      ({ kind: 'vote', caller: callers.guest, settings, voterId, value, cause }) as const
    given(created, commentUpdated(), commentUpvoted({ voterId })).when(vote(1)).yieldsNothing()
    given(created, commentUpdated()).when(vote(0)).yieldsNothing()
    given(created, commentUpdated(), commentUpvoted({ voterId }), commentVoteWithdrawn({ voterId }))
      .when(vote(0))
      .yieldsNothing()
  })

  it('is a conflict where readers do not see the comment', () => {
    const vote = { kind: 'vote', caller: callers.guest, settings, voterId, value: 1, cause } as const
    given(created).when(vote).refuses('conflict')
    given(created, commentUpdated({ status: 'rejected' }))
      .when(vote)
      .refuses('conflict')
    given(created, commentUpdated(), commentEdited()).when(vote).refuses('conflict')
  })
})

describe('deleting', () => {
  it('leaves the place in the thread, and nothing of what was said', () => {
    const place = { postId, parentId: null, authorId, createdAt: created.data.createdAt }
    given(created)
      .when({ kind: 'delete', settings, caller, at, cause })
      .yields(
        { type: 'CommentDeleted', subject, data: { id, deletedAt: at, by: 'author' } },
        { type: 'CommentUpdated', subject, data: { id, ...place, status: 'deleted', deletedAt: at, cause } },
      )
  })
})

describe('whose a comment is', () => {
  const minutes = (n: number) => new Date(Date.parse(created.data.createdAt) + n * 60_000).toISOString()
  const edit = (by: Caller, when = minutes(1)) =>
    given(created).when({ kind: 'edit', settings, caller: by, content: 'Other words', at: when, cause })
  const remove = (by: Caller, when = minutes(1)) =>
    given(created).when({ kind: 'delete', settings, caller: by, at: when, cause })
  const guest = { ...callers.guest, id: authorId ?? '' }
  const twoEvents = ({ yieldsNothing }: Outcome) => expect(yieldsNothing).toThrow()

  it.each(['reader', 'author', 'moderator', 'owner', 'guest', 'otherGuest'] as const)(
    'is not for another %s to change',
    (kind) => {
      edit(callers[kind]).refuses('forbidden')
    },
  )

  it.each(['reader', 'author', 'guest', 'otherGuest'] as const)('is not for another %s to delete', (kind) => {
    remove(callers[kind]).refuses('forbidden')
  })

  it.each(['moderator', 'owner'] as const)('is for the %s to delete', (kind) => {
    const { id, postId, parentId, authorId, createdAt } = created.data
    const deletedAt = minutes(1)
    const gone = { id, postId, parentId, authorId, createdAt, status: 'deleted', deletedAt, cause }
    remove(callers[kind]).yields(
      { type: 'CommentDeleted', data: { id, deletedAt, by: 'moderator' } },
      { type: 'CommentUpdated', data: gone },
    )
  })

  it('is for its author to change for as long as the settings say, and to delete at any time', () => {
    twoEvents(edit(caller, minutes(15)))
    edit(caller, minutes(15.001)).refuses('forbidden')
    twoEvents(remove(caller, minutes(1_000_000)))
  })

  it('is for a guest to change and to delete for as long as the settings say', () => {
    for (const change of [edit, remove]) {
      twoEvents(change(guest, minutes(15)))
      change(guest, minutes(15.001)).refuses('forbidden')
    }
  })

  it('is for no one to change where the settings give no time, not in the moment in which it was made', () => {
    const never: CommentSettings = { ...settings, editMinutes: 0 }
    for (const by of [caller, guest])
      given(created)
        .when({ kind: 'edit', settings: never, caller: by, content: 'Other words', at: minutes(0), cause })
        .refuses('forbidden')
  })

  it('a comment without an author cannot be changed', () => {
    const imported = commentCreated({ authorId: null })
    for (const by of [callers.nobody, callers.operator, caller])
      given(imported)
        .when({ kind: 'edit', settings, caller: by, content: 'Other words', at, cause })
        .refuses('forbidden')
  })
})

describe('a verdict', () => {
  const verdict = (over: Partial<Verdict> = {}): Verdict => ({
    kind: 'apply-verdict',
    cause,
    status: 'approved',
    reason: '',
    revision: 1,
    ...over,
  })

  it('makes the comment what it says, and names itself as the cause', () => {
    given(created)
      .when(verdict())
      .yields({ type: 'CommentUpdated', subject, data: { ...pending, status: 'approved', cause } })
    given(created)
      .when(verdict({ status: 'rejected', reason: 'Contains the word “orange”' }))
      .yields({
        type: 'CommentUpdated',
        data: { ...pending, status: 'rejected', reason: 'Contains the word “orange”', cause },
      })
  })

  it('that only gives another reason is told too', () => {
    given(created)
      .when(verdict({ status: 'pending', reason: 'Held' }))
      .yields({ type: 'CommentUpdated', data: { ...pending, reason: 'Held', cause } })
  })

  it('keeps votes and flags', () => {
    given(created, commentUpdated(), commentUpvoted({ voterId }), commentPromoted())
      .when(verdict({ status: 'rejected', reason: 'After all' }))
      .yields({
        type: 'CommentUpdated',
        data: {
          ...approved,
          score: 1,
          promoted: true,
          status: 'rejected',
          reason: 'After all',
          cause,
        },
      })
  })

  it('that changes nothing appends nothing', () => {
    given(created)
      .when(verdict({ status: 'pending' }))
      .yieldsNothing()
    given(created, commentUpdated()).when(verdict()).yieldsNothing()
  })

  it('on an older text, or one that is not there yet, changes nothing', () => {
    given(created, commentEdited()).when(verdict()).yieldsNothing()
    given(created)
      .when(verdict({ revision: 2 }))
      .yieldsNothing()
  })

  it('on an unknown or a deleted comment changes nothing', () => {
    given().when(verdict()).yieldsNothing()
    given(created, commentDeleted()).when(verdict()).yieldsNothing()
  })
})

const commands = [
  { kind: 'edit', settings, caller, content: 'Other words', at: soon, cause },
  { kind: 'vote', caller: callers.guest, settings, voterId, value: 1, cause },
  { kind: 'delete', settings, caller, at, cause },
] as const

describe.each(commands)('$kind', (command) => {
  it('is not found for a comment that never was', () => {
    given().when(command).refuses('not-found')
  })

  it('is gone for a comment that was deleted', () => {
    given(created, commentDeleted(), deletedCommentUpdated()).when(command).refuses('gone')
  })
})

describe('the fold', () => {
  it('takes nothing but the verdict from a summary', () => {
    const forged = commentUpdated({ content: 'Forged', score: 1000, status: 'rejected', reason: 'No' })
    expect(stateOf(given(created, forged).state)).toEqual({ ...pending, status: 'rejected', reason: 'No' })
    expect(stateOf(given(created, deletedCommentUpdated()).state)).toEqual(pending)
  })

  it('has no room for facts before the beginning, after the end, or a second beginning', () => {
    const facts = [
      commentEdited(),
      commentUpvoted({ voterId }),
      commentPromoted(),
      commentUpdated(),
      commentDeleted(),
    ]
    expect(given(...facts).state).toEqual(initialComment)
    const ended = given(created, commentDeleted()).state
    expect(given(created, commentDeleted(), ...facts, created).state).toEqual(ended)
    expect(given(created, commentCreated({ content: 'Again' })).state).toEqual(given(created).state)
  })
})

describe('a comment whose author was erased', () => {
  const erased = { author: null, content: '[erased]', erased: true } as const
  const history = [
    commentCreated(erased),
    commentEdited({ content: '[erased]', erased: true }),
    commentUpdated(erased),
    commentUpvoted({ voterId }),
  ]

  it('is only a place in its thread', () => {
    expect(stateOf(given(...history).state)).toEqual({
      id,
      postId,
      parentId: null,
      authorId,
      createdAt: created.data.createdAt,
      status: 'deleted',
      deletedAt: created.data.createdAt,
    })
  })

  it('takes no more commands, and no verdict', () => {
    given(...history)
      .when({ kind: 'edit', settings, caller, content: 'again', at, cause })
      .refuses('gone')
    given(...history)
      .when({ kind: 'vote', caller: callers.guest, settings, voterId, value: 1, cause })
      .refuses('gone')
    given(...history)
      .when({ kind: 'apply-verdict', cause, status: 'approved', reason: '', revision: 1 })
      .yieldsNothing()
  })
})
