import { notFound, Problem } from '@logbook/chassis/problem.ts'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { moderationSubject, rulesSubject } from '@logbook/contracts/events/moderation.ts'
import type { GiveVerdict, putRules, StandingVerdict } from '@logbook/contracts/http/moderation.ts'
import type { z } from 'zod'
import type { KnownComment } from './comment-known.ts'
import { type Judgement, standing } from './judgement.ts'
import type { RulesInForce } from './policy.ts'

/** Whoever decides, as their account has it. */
export interface Judge {
  id: string
  name: string
}

interface PersonJudges {
  by: Judge
  commentId: string
  comment: KnownComment
  given: GiveVerdict
  /** The version of the comment's verdict that the person saw, 0 for none. */
  ifMatch?: number | undefined
}

const words = { approved: 'approved', rejected: 'rejected', pending: 'held' } as const

const nameOf = (judge: StandingVerdict['by']): string => {
  switch (judge.kind) {
    case 'person':
      return judge.name ?? 'Someone who was erased'
    case 'rule':
      return `The rule ${judge.rule}`
    default:
      return 'The blog'
  }
}

/** Somebody else judged since: says who, what and when. */
const overtaken = (verdict: StandingVerdict | undefined, actual: number): Problem =>
  new Problem('precondition-failed', {
    ...(verdict && {
      detail: `${nameOf(verdict.by)} has ${words[verdict.status]} this comment since, at ${verdict.time}.`,
    }),
    extensions: { actual, ...(verdict && { verdict }) },
  })

/**
 * A person's verdict. Refuses with `not-found`, with `conflict` where they judged a text that is no longer there, and with
 * `precondition-failed` where somebody else's verdict came first. The same verdict again changes nothing.
 */
export const decideVerdict =
  ({ commentId, comment, given, by, ifMatch }: PersonJudges) =>
  (
    judgement: Judgement,
    version: number,
  ): readonly DomainEvent<'CommentModerated', EventData<'CommentModerated'>>[] => {
    if (comment.kind !== 'live') throw notFound(`comment ${commentId}`)
    const { postId, revision } = comment
    if (given.revision !== undefined && given.revision !== revision)
      throw new Problem('conflict', {
        detail: `The comment is at revision ${revision}: what you judged has been edited since.`,
        extensions: { revision },
      })
    const { status, reason } = given
    if (judgement.kind === 'judged') {
      const { verdict } = judgement
      const same = verdict.status === status && verdict.reason === reason && verdict.revision === revision
      if (same && verdict.by.kind === 'person' && verdict.by.id === by.id) return []
    }
    if (ifMatch !== undefined && ifMatch !== version) throw overtaken(standing(judgement, version), version)
    return [
      {
        type: 'CommentModerated',
        subject: moderationSubject(commentId),
        data: { id: commentId, postId, status, reason, by: { kind: 'person', ...by }, revision },
      },
    ]
  }

interface ChangeRules {
  wanted: z.output<typeof putRules>
  by: Judge
  /** The version that the caller saw. */
  ifMatch: number | undefined
}

/** A new rule set, whole. Refuses with `precondition-failed`; the same rules again change nothing. */
export const decideRules =
  ({ wanted, by, ifMatch }: ChangeRules) =>
  (before: RulesInForce): readonly DomainEvent<'RulesChanged', EventData<'RulesChanged'>>[] => {
    if (ifMatch !== undefined && ifMatch !== before.version)
      throw new Problem('precondition-failed', { extensions: { actual: before.version } })
    const { rules, why } = wanted
    if (JSON.stringify(rules) === JSON.stringify(before.rules)) return []
    return [
      {
        type: 'RulesChanged',
        subject: rulesSubject,
        data: { rules, version: before.version + 1, by: { id: by.id, name: by.name }, why },
      },
    ]
  }
