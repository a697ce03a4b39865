import { notFound, Problem } from '@logbook/chassis/problem.ts'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import type { Doer } from '@logbook/contracts/events/doer.ts'
import { newEvent } from '@logbook/contracts/events/new-event.ts'
import type { GiveVerdict, putRules, StandingVerdict } from '@logbook/contracts/http/moderation.ts'
import type { z } from 'zod'
import type { CommentState } from './comment.ts'
import { currentVerdict, type Judgement } from './judgement.ts'
import type { RulesInForce } from './policy.ts'

/** The moderator who decides, named as in their account. */
export interface Judge {
  id: string
  name: string
}

interface VerdictCommand {
  by: Judge
  commentId: string
  comment: CommentState
  given: GiveVerdict
  /** The version of the verdict that the moderator saw, 0 for none. */
  ifMatch?: number | undefined
}

const participles = { approved: 'approved', rejected: 'rejected', pending: 'held' } as const

const nameOf = (judge: StandingVerdict['by']): string => {
  switch (judge.kind) {
    case 'person':
      return judge.name ?? 'A deleted account'
    case 'rule':
      return `The rule ${judge.rule}`
    default:
      return 'The blog'
  }
}

/** Refusal of a verdict based on an older one. The detail says who gave which verdict and when; `actual` is the current version. */
const verdictChanged = (verdict: StandingVerdict | undefined, actual: number): Problem =>
  new Problem('precondition-failed', {
    ...(verdict && {
      detail: `${nameOf(verdict.by)} ${participles[verdict.status]} this comment at ${verdict.time}.`,
    }),
    extensions: { actual, ...(verdict && { verdict }) },
  })

/**
 * A moderator's verdict. Throws `not-found`, `conflict` if the judged text was edited, and `precondition-failed` if another
 * verdict came first. Repeating the same verdict appends nothing.
 */
export const decideVerdict =
  ({ commentId, comment, given, by, ifMatch }: VerdictCommand) =>
  (
    judgement: Judgement,
    version: number,
  ): readonly DomainEvent<'CommentModerated', EventData<'CommentModerated'>>[] => {
    if (comment.kind !== 'live') throw notFound(`comment ${commentId}`)
    const { postId, revision } = comment
    if (given.revision !== undefined && given.revision !== revision)
      throw new Problem('conflict', {
        detail: `The comment was edited after you read it. It is now at revision ${revision}.`,
        extensions: { revision },
      })
    const { status, reason } = given
    if (judgement.kind === 'judged') {
      const { verdict } = judgement
      const same = verdict.status === status && verdict.reason === reason && verdict.revision === revision
      if (same && verdict.by.kind === 'person' && verdict.by.id === by.id) return []
    }
    if (ifMatch !== undefined && ifMatch !== version)
      throw verdictChanged(currentVerdict(judgement, version), version)
    const data = { id: commentId, postId, status, reason, by: { kind: 'person' as const, ...by }, revision }
    return [newEvent('CommentModerated', data)]
  }

interface RulesCommand {
  wanted: z.output<typeof putRules>
  by: Doer
  /** The version that the caller saw. */
  ifMatch: number | undefined
}

/** Replaces the whole rule set. Throws `precondition-failed` for an outdated version; the same rules again append nothing. */
export const decideRules =
  ({ wanted, by, ifMatch }: RulesCommand) =>
  (before: RulesInForce): readonly DomainEvent<'RulesChanged', EventData<'RulesChanged'>>[] => {
    if (ifMatch !== undefined && ifMatch !== before.version)
      throw new Problem('precondition-failed', { extensions: { actual: before.version } })
    const { rules, why } = wanted
    if (JSON.stringify(rules) === JSON.stringify(before.rules)) return []
    const data = { rules, version: before.version + 1, by, why }
    return [newEvent('RulesChanged', data)]
  }
