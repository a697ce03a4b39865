import { givenOf } from '@logbook/chassis/testing/given.ts'
import {
  commentCreated,
  commentEdited,
  deletedCommentUpdated,
  exampleCommentId,
} from '@logbook/contracts/examples/comments.ts'
import { commentModerated, rulesChanged } from '@logbook/contracts/examples/moderation.ts'
import { examplePostId } from '@logbook/contracts/examples/posts.ts'
import { describe, expect, it } from 'vitest'
import { type CommentState, evolveComment, initialComment } from '../../src/domain/comment.ts'
import { decideRules, decideVerdict } from '../../src/domain/decide.ts'
import { evolveJudgement, initialJudgement, type Judgement } from '../../src/domain/judgement.ts'
import { evolveRules, initialRules } from '../../src/domain/rules.ts'

const verdict = { status: 'rejected', reason: 'Not here', revision: undefined } as const
const by = { id: '01920000-0000-7000-8000-0000000000ad', name: 'Ada' } as const
const person = { kind: 'person', ...by } as const
const live: CommentState = { kind: 'live', postId: examplePostId, revision: 2 }

const given = givenOf({
  initial: initialJudgement,
  evolve: evolveJudgement,
  decide: (
    state: Judgement,
    { comment = live, revision, ifMatch }: { comment?: CommentState; revision?: number; ifMatch?: number },
  ) => {
    const { revision: _, ...rest } = verdict
    const body = revision === undefined ? rest : { ...rest, revision }
    const version = state.kind === 'none' ? 0 : 1
    return decideVerdict({ commentId: exampleCommentId, comment, given: body, by, ifMatch })(state, version)
  },
})
const judged = {
  id: exampleCommentId,
  postId: examplePostId,
  status: 'rejected',
  reason: 'Not here',
  by: person,
  revision: 2,
} as const

describe('a verdict by a person', () => {
  it('a verdict is about the current revision', () => {
    given()
      .when({})
      .yields({ type: 'CommentModerated', subject: `moderation-${exampleCommentId}`, data: judged })
  })
  it('a verdict of a moderator overrules the rules', () => {
    given(commentModerated({ revision: 2 }))
      .when({})
      .yields({ type: 'CommentModerated', data: judged })
  })
  it('the same verdict again appends nothing', () => {
    given(commentModerated(judged)).when({}).yieldsNothing()
  })
  it('the same verdict is appended again for a newer revision', () => {
    given(commentModerated({ ...judged, revision: 1 }))
      .when({})
      .yields({ type: 'CommentModerated', data: judged })
  })
  it('a verdict is refused if the judged text was edited', () => {
    expect(given().when({ revision: 1 }).refuses('conflict').details.extensions).toEqual({ revision: 2 })
  })
  it('a verdict is refused after a newer one, and the detail says who decided what and when', () => {
    const others = commentModerated({ revision: 2, by: { kind: 'person', id: by.id, name: 'Bea' } })
    const { details } = given(others).when({ ifMatch: 0 }).refuses('precondition-failed')
    expect(details.detail).toBe(`Bea approved this comment at ${others.time}.`)
    expect(details.extensions).toMatchObject({
      actual: 1,
      verdict: { status: 'approved', by: { name: 'Bea' }, time: others.time, version: 1 },
    })
  })
  it('a verdict sent twice is appended once, also with the If-Match of the first', () => {
    given(commentModerated(judged)).when({ ifMatch: 0 }).yieldsNothing()
  })
  it('a verdict on an unknown comment is refused', () => {
    given().when({ comment: initialComment }).refuses('not-found')
  })
  it('a verdict on a deleted comment is refused', () => {
    given()
      .when({ comment: { kind: 'deleted' } })
      .refuses('not-found')
  })
})

describe('the state of a comment', () => {
  it.each([
    ['unknown', [], initialComment],
    ['its first revision', [commentCreated()], { ...live, revision: 1 }],
    ['its latest revision', [commentCreated(), commentEdited()], live],
    ['deleted', [commentCreated(), deletedCommentUpdated()], { kind: 'deleted' }],
    [
      'deleted, also after a late edit',
      [commentCreated(), deletedCommentUpdated(), commentEdited()],
      { kind: 'deleted' },
    ],
  ] as const)('the state of a comment after its events is %s', (_name, events, known) => {
    expect(events.reduce<CommentState>(evolveComment, initialComment)).toEqual(known)
  })
})

describe('new rules', () => {
  const { rules } = rulesChanged().data
  const givenRules = givenOf({
    initial: initialRules,
    evolve: evolveRules,
    decide: (state, ifMatch: number | undefined) =>
      decideRules({ wanted: { rules, why: 'Links' }, by, ifMatch })(state),
  })
  it('new rules replace the whole set and raise its version by one', () => {
    givenRules()
      .when(undefined)
      .yields({
        type: 'RulesChanged',
        data: { rules, version: 1, by, why: 'Links' },
      })
  })
  it('new rules are refused if the rules changed since', () => {
    givenRules(rulesChanged({ rules: [] }))
      .when(0)
      .refuses('precondition-failed')
  })
  it('new rules are accepted with the current version', () => {
    givenRules(rulesChanged({ rules: [] }))
      .when(1)
      .yields({
        type: 'RulesChanged',
        data: { rules, version: 2, by, why: 'Links' },
      })
  })
  it('unchanged rules append nothing', () => {
    givenRules(rulesChanged()).when(undefined).yieldsNothing()
  })
  it('the version of the rules is counted and not taken from events', () => {
    expect(givenRules(rulesChanged({ version: 9_000 })).state.version).toBe(1)
  })
})
