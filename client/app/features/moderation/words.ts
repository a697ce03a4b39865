import type { CommentFlag, CommentFlags } from '@logbook/contracts/events/comment-flags.ts'
import type { VerdictStatus } from '@logbook/contracts/events/comments.ts'
import type { StandingVerdict } from '@logbook/contracts/http/moderation.ts'
import type { ProblemBody } from '@logbook/contracts/problems.ts'
import { wordsFor } from '../comments/send.ts'
import { exactMoment } from '../page/moment.tsx'
import type { Refusal, Row } from './rows.ts'

export const verdictWords = { approved: 'Approved', rejected: 'Rejected', pending: 'Held' } as const

/** A flag that differs from a new comment's, in words. */
export const flagWords: Readonly<Record<CommentFlag, string>> = {
  promoted: 'Featured',
  advertised: 'Quoted beside the post',
  searchable: 'Left out of search',
  anonymized: 'Name hidden',
}
export const flagNames = Object.keys(flagWords) as CommentFlag[]

export const isCommentFlag = (text: unknown): text is CommentFlag => flagNames.some((name) => name === text)

/** The flags that differ from a new comment's, which alone is found in searches. */
export const changedFlags = (flags: Partial<CommentFlags>): CommentFlag[] =>
  flagNames.filter((name) => flags[name] === (name !== 'searchable'))

export const nameOf = ({ author }: Pick<Row, 'author'>): string => author?.name ?? 'Anonymous'

/** Who judged. */
export const judgeName = (by: StandingVerdict['by']): string => {
  switch (by.kind) {
    case 'person':
      return by.name ?? 'someone whose account was erased'
    case 'rule':
      return `the rule “${by.rule}”`
    case 'import':
      return 'the blog it came from'
    case 'default':
      return 'no rule'
    default:
      return by satisfies never
  }
}

/** `Rejected by Bea, 29 November 2026 at 12:03 UTC: “Off the subject”`. */
const verdictSentence = (
  { status, reason, by, time }: Pick<StandingVerdict, 'status' | 'reason' | 'by' | 'time'>,
  timeZone: string,
): string =>
  `${verdictWords[status]} by ${judgeName(by)}, ${exactMoment(time, timeZone)}${reason === '' ? '' : `: “${reason}”`}`

export const isVerdictStatus = (text: unknown): text is VerdictStatus =>
  text === 'approved' || text === 'rejected' || text === 'pending'

/** Why a verdict was not saved, from moderation's problem. Times are in the given time zone. */
export const refusalOf = (
  problem: ProblemBody & { verdict?: StandingVerdict },
  timeZone: string,
): Refusal => {
  const { code, verdict } = problem
  if (code === 'precondition-failed' && verdict !== undefined)
    return { problem: `${verdictSentence(verdict, timeZone)}.`, verdict }
  if (code === 'conflict')
    return { problem: 'Its author has changed the text since. The new text waits for you.', isFinal: true }
  return { problem: wordsFor(problem), isFinal: code === 'not-found' || code === 'gone' }
}
