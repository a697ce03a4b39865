import type { Decode } from '@logbook/chassis/follow/follower.ts'
import { decodeEvent, type EventData, type LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import type { StandingVerdict } from '@logbook/contracts/http/moderation.ts'

/** What stands on the stream `moderation-<comment>`: the latest verdict, if there is one. */
export type Judgement =
  | { kind: 'none' }
  | { kind: 'judged'; verdict: EventData<'CommentModerated'>; time: string }

export const initialJudgement: Judgement = { kind: 'none' }

export const evolveJudgement = (_before: Judgement, event: LogbookEvent<'CommentModerated'>): Judgement => ({
  kind: 'judged',
  verdict: event.data,
  time: event.time,
})

export const decodeJudgement: Decode<LogbookEvent<'CommentModerated'>> = (recorded) => {
  const decoded = decodeEvent(recorded)
  if (decoded.kind !== 'event') return decoded
  return decoded.event.type === 'CommentModerated'
    ? { kind: 'event', event: decoded.event }
    : { kind: 'foreign' }
}

/** A verdict as it is answered; undefined where there is none. `version` is that of its stream. */
export const standing = (judgement: Judgement, version: number): StandingVerdict | undefined => {
  if (judgement.kind === 'none') return undefined
  const { status, reason, by, revision } = judgement.verdict
  return { status, reason, by, revision, time: judgement.time, version }
}

/** True once a text, or a later one of the same comment, has its verdict. */
export const covers = (judgement: Judgement, revision: number): boolean =>
  judgement.kind === 'judged' && judgement.verdict.revision >= revision
