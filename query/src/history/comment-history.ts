import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { commentEvents, commentSubject } from '@logbook/contracts/events/comments.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { typesOf } from '@logbook/contracts/events/define.ts'
import { type Judge, moderationSubject } from '@logbook/contracts/events/moderation.ts'
import type { CommentHistoryEntry } from '@logbook/contracts/http/history.ts'
import { type Caller, mayModerate } from '@logbook/contracts/identity.ts'
import { limits } from '../limits.ts'

const verdicts = { approved: 'Approved', rejected: 'Rejected', pending: 'Held' } as const

const doers = {
  author: ' by its author',
  writer: ' by the writer of the post',
  moderator: ' by a moderator',
  nobody: '',
} as const

/** `isFull` is for the writer and moderators, who also see the reason of a verdict and the name of the rule. */
interface Told {
  isFull: boolean
  /** The reason quotes the text, which was taken down. */
  isTakenDown: boolean
}

const judgeOf = (by: Judge, { isFull }: Pick<Told, 'isFull'>): string => {
  switch (by.kind) {
    case 'rule':
      return isFull ? `by rule ${by.rule} v${by.rulesVersion}` : 'by a rule'
    case 'default':
      return `since no rule of v${by.rulesVersion} spoke against it`
    case 'person':
      return 'by a moderator'
    case 'import':
      return 'where it came from'
    default:
      return by satisfies never
  }
}

type HistoryEvent = LogbookEvent<keyof typeof commentEvents | 'CommentModerated'>

const decode = decodeOf([...typesOf(commentEvents), 'CommentModerated'])

const saysOf = (event: HistoryEvent, told: Told): string | undefined => {
  switch (event.type) {
    case 'CommentCreated':
      return 'Written, and waits for a verdict'
    case 'CommentModerated': {
      const { status, by, reason, revision } = event.data
      const why = reason === '' || !told.isFull || told.isTakenDown ? '' : `: ${reason}`
      return `${verdicts[status]} ${judgeOf(by, told)}${why} (text ${revision})`
    }
    case 'CommentEdited':
      return `Edited by its author, to text ${event.data.revision}`
    case 'CommentUpvoted':
      return 'Voted up'
    case 'CommentDownvoted':
      return 'Voted down'
    case 'CommentVoteWithdrawn':
      return 'A vote was taken back'
    case 'CommentPromoted':
      return `${event.data.promoted ? 'Featured' : 'No longer featured, as decided'}${doers[event.data.by]}`
    case 'CommentSearchable':
      return `${event.data.searchable ? 'Put back into' : 'Left out of'} searches${doers[event.data.by]}`
    case 'CommentAdvertised':
      return `${event.data.advertised ? 'Quoted beside its post' : 'No longer quoted, as decided'}${doers[event.data.by]}`
    case 'CommentAnonymized':
      return `Its author’s name ${event.data.anonymized ? 'hidden' : 'shown again'}${doers[event.data.by]}`
    case 'CommentDeleted':
      return `Deleted${doers[event.data.by ?? 'nobody']}`
    case 'CommentTakenDown':
      return `Taken down by a moderator${told.isFull ? `: ${event.data.reason}` : ''}`
    case 'CommentUpdated':
      return undefined
    default:
      return event satisfies never
  }
}

const readEvents = async (bus: Bus, subject: string): Promise<HistoryEvent[]> =>
  (await bus.readStream(subject)).flatMap((recorded) => {
    const decoded = decode(recorded)
    return decoded.kind === 'event' ? [decoded.event] : []
  })

const isWriter = (events: readonly HistoryEvent[], caller: Caller): boolean =>
  (caller.kind === 'person' || caller.kind === 'guest') &&
  events.some(({ type, data }) => type === 'CommentCreated' && data.authorId === caller.id)

/** The effect of each fact, from the summaries that name it as their cause. */
const statusesOf = (events: readonly HistoryEvent[]): Map<string, CommentHistoryEntry['status']> =>
  new Map(
    events.flatMap((event): [string, CommentHistoryEntry['status']][] => {
      if (event.type === 'CommentCreated') return [[event.id, 'pending']]
      return event.type === 'CommentUpdated' ? [[event.data.cause, event.data.status]] : []
    }),
  )

/**
 * The facts of a comment with their effects, in the order of the log; at most the latest `historyEntriesMax`. Only its writer and moderators
 * get the reasons of verdicts. Read from the two streams of the comment. Empty for an unknown comment. Throws `unavailable` without the bus.
 */
export const commentHistory = async (
  bus: Bus,
  { id, caller }: { id: string; caller: Caller },
): Promise<CommentHistoryEntry[]> => {
  const [own, judged] = await Promise.all([
    readEvents(bus, commentSubject(id)),
    readEvents(bus, moderationSubject(id)),
  ])
  const statuses = statusesOf(own)
  const told = {
    isFull: mayModerate(caller) || isWriter(own, caller),
    isTakenDown: own.some(({ type }) => type === 'CommentTakenDown'),
  }
  return [...own, ...judged]
    .sort((one, other) => one.position - other.position)
    .flatMap((event): CommentHistoryEntry[] => {
      const says = saysOf(event, told)
      if (says === undefined) return []
      const { type, time, position, causationid: cause = null } = event
      return [{ id: event.id, type, time, position, cause, status: statuses.get(event.id) ?? null, says }]
    })
    .slice(-limits.historyEntriesMax)
}
