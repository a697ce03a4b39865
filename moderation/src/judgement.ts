import type { Decode } from '@logbook/chassis/follow/follower.ts'
import { decodeEvent, type EventData, type LogbookEvent } from '@logbook/contracts/events/catalog.ts'

/** What stands on the stream `moderation-<comment>`: the latest verdict, if there is one. */
export type Judgement = { kind: 'none' } | { kind: 'judged'; verdict: EventData<'CommentModerated'> }

export const initialJudgement: Judgement = { kind: 'none' }

export const evolveJudgement = (_before: Judgement, event: LogbookEvent<'CommentModerated'>): Judgement => ({
  kind: 'judged',
  verdict: event.data,
})

export const decodeJudgement: Decode<LogbookEvent<'CommentModerated'>> = (recorded) => {
  const decoded = decodeEvent(recorded)
  if (decoded.kind !== 'event') return decoded
  return decoded.event.type === 'CommentModerated'
    ? { kind: 'event', event: decoded.event }
    : { kind: 'foreign' }
}

/** True once a text, or a later one of the same comment, has its verdict. */
export const covers = (judgement: Judgement, revision: number): boolean =>
  judgement.kind === 'judged' && judgement.verdict.revision >= revision
