import type { EventData, LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import type { StandingVerdict } from '@logbook/contracts/http/moderation.ts'

/** State of the stream `moderation-<comment>`: the latest verdict, if there is one. */
export type Judgement =
  | { kind: 'none' }
  | { kind: 'judged'; verdict: EventData<'CommentModerated'>; time: string }

export const initialJudgement: Judgement = { kind: 'none' }

export const evolveJudgement = (_before: Judgement, event: LogbookEvent<'CommentModerated'>): Judgement => ({
  kind: 'judged',
  verdict: event.data,
  time: event.time,
})

export const decodeJudgement = decodeOf(['CommentModerated'])

/** The verdict in force in its public form, or undefined if there is none. `version` is the version of its stream. */
export const currentVerdict = (judgement: Judgement, version: number): StandingVerdict | undefined => {
  if (judgement.kind === 'none') return undefined
  const { status, reason, by, revision } = judgement.verdict
  return { status, reason, by, revision, time: judgement.time, version }
}

/** True once this revision of the comment, or a later one, has a verdict. */
export const isJudged = (judgement: Judgement, revision: number): boolean =>
  judgement.kind === 'judged' && judgement.verdict.revision >= revision
