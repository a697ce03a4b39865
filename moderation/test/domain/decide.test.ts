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
import { evolveComment, initialComment, type KnownComment } from '../../src/domain/comment-known.ts'
import { decideRules, decideVerdict } from '../../src/domain/decide.ts'
import { evolveJudgement, initialJudgement, type Judgement } from '../../src/domain/judgement.ts'
import { evolveRules, initialRules } from '../../src/domain/rules.ts'

const verdict = { status: 'rejected', reason: 'Not here', revision: undefined } as const
const by = { id: '01920000-0000-7000-8000-0000000000ad', name: 'Ada' } as const
const person = { kind: 'person', ...by } as const
const live: KnownComment = { kind: 'live', postId: examplePostId, revision: 2 }

const given = givenOf({
  initial: initialJudgement,
  evolve: evolveJudgement,
  decide: (
    state: Judgement,
    { comment = live, revision, ifMatch }: { comment?: KnownComment; revision?: number; ifMatch?: number },
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
  it('is about the present text', () => {
    given()
      .when({})
      .yields({ type: 'CommentModerated', subject: `moderation-${exampleCommentId}`, data: judged })
  })
  it('overrules the rules', () => {
    given(commentModerated({ revision: 2 }))
      .when({})
      .yields({ type: 'CommentModerated', data: judged })
  })
  it('is given once: the same again changes nothing', () => {
    given(commentModerated(judged)).when({}).yieldsNothing()
  })
  it('is given again on a newer text', () => {
    given(commentModerated({ ...judged, revision: 1 }))
      .when({})
      .yields({ type: 'CommentModerated', data: judged })
  })
  it('is refused where what they read has been edited since', () => {
    expect(given().when({ revision: 1 }).refuses('conflict').details.extensions).toEqual({ revision: 2 })
  })
  it('is refused where somebody else judged since, and names who decided what, when', () => {
    const others = commentModerated({ revision: 2, by: { kind: 'person', id: by.id, name: 'Bea' } })
    const { details } = given(others).when({ ifMatch: 0 }).refuses('precondition-failed')
    expect(details.detail).toBe(`Bea has approved this comment since, at ${others.time}.`)
    expect(details.extensions).toMatchObject({
      actual: 1,
      verdict: { status: 'approved', by: { name: 'Bea' }, time: others.time, version: 1 },
    })
  })
  it('that was sent twice is taken once, also where it names what stood before the first', () => {
    given(commentModerated(judged)).when({ ifMatch: 0 }).yieldsNothing()
  })
  it('is refused on a comment that nobody wrote', () => {
    given().when({ comment: initialComment }).refuses('not-found')
  })
  it('is refused on a comment that is deleted', () => {
    given()
      .when({ comment: { kind: 'deleted' } })
      .refuses('not-found')
  })
})

describe('what is known of a comment', () => {
  it.each([
    ['nothing', [], initialComment],
    ['its text', [commentCreated()], { ...live, revision: 1 }],
    ['its latest text', [commentCreated(), commentEdited()], live],
    ['that it is gone', [commentCreated(), deletedCommentUpdated()], { kind: 'deleted' }],
    ['that it stays gone', [commentCreated(), deletedCommentUpdated(), commentEdited()], { kind: 'deleted' }],
  ] as const)('is %s', (_name, events, known) => {
    expect(events.reduce<KnownComment>(evolveComment, initialComment)).toEqual(known)
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
  it('replace the whole set and count one up', () => {
    givenRules()
      .when(undefined)
      .yields({
        type: 'RulesChanged',
        data: { rules, version: 1, by, why: 'Links' },
      })
  })
  it('are refused where others changed them meanwhile', () => {
    givenRules(rulesChanged({ rules: [] }))
      .when(0)
      .refuses('precondition-failed')
  })
  it('are taken where the version is the one that was seen', () => {
    givenRules(rulesChanged({ rules: [] }))
      .when(1)
      .yields({
        type: 'RulesChanged',
        data: { rules, version: 2, by, why: 'Links' },
      })
  })
  it('that are the old ones change nothing', () => {
    givenRules(rulesChanged()).when(undefined).yieldsNothing()
  })
  it('count by what stands in the log, not by what an event claims', () => {
    expect(givenRules(rulesChanged({ version: 9_000 })).state.version).toBe(1)
  })
})
