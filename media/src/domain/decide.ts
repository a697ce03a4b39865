import { notFound, Problem } from '@logbook/chassis/problem.ts'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import type { FaultPlace } from '@logbook/contracts/events/media.ts'
import { newEvent } from '@logbook/contracts/events/new-event.ts'
import type { DescribeMedia } from '@logbook/contracts/http/media.ts'
import { type Caller, doerOf, mayModerate } from '@logbook/contracts/identity.ts'
import { limits } from '../limits.ts'
import { holds, type LiveMedium, type Made, type Medium } from './medium.ts'
import { isCrop } from './object-keys.ts'
import { afterFailure, waitOf } from './policy.ts'

type OfWorker =
  | { kind: 'claim'; worker: string }
  | ({ kind: 'progress' } & Pick<EventData<'MediaProgressed'>, 'lease' | 'step' | 'bytes' | 'total'>)
  | ({ kind: 'finish' } & Pick<
      EventData<'MediaFinished'>,
      'lease' | 'type' | 'picture' | 'variants' | 'notes'
    >)
  /** An attempt failed. `refused`: no other would help. `later`: it is not the job's fault, and not counted. */
  | {
      kind: 'fail'
      lease: number
      how: 'again' | 'refused' | 'later'
      reason: string
      fault?: FaultPlace | undefined
    }
  /** A job that waits is not begun: the host of its link was given up. */
  | { kind: 'give-up'; reason: string }

type OfPerson =
  | { kind: 'cancel' }
  | { kind: 'retry' }
  | { kind: 'describe'; changes: DescribeMedia }
  | { kind: 'remove' }

/** `at` is RFC 3339. */
export type MediaCommand =
  | { kind: 'request'; medium: EventData<'MediaRequested'> }
  | (OfWorker & { at: string })
  | (OfPerson & { at: string; caller: Caller })

type Events = readonly DomainEvent[]

/** The refusal of a command under a lease that is not the current one. */
const stale = (medium: LiveMedium, lease: number): Problem =>
  new Problem('conflict', {
    detail: `Lease ${lease} does not hold this job. The job is ${medium.status}, and its last lease is ${medium.leases}.`,
    extensions: { lease: medium.leases },
  })

/** True if the caller may see a private medium and change it. */
export const mayManage = ({ ownerId }: { ownerId: string | null }, caller: Caller): boolean =>
  caller.kind === 'service' || (caller.kind === 'person' && (caller.id === ownerId || mayModerate(caller)))

/** True if the caller may import, and so choose the ids of media. */
export const mayChooseIds = (caller: Caller): boolean =>
  caller.kind === 'service' || (caller.kind === 'person' && caller.role === 'owner')

/**
 * The events of a command; none if nothing changes. Throws `not-found` for a medium that does not exist or is another's, `gone`
 * for a removed one, and `conflict` if its state does not allow the command or the lease is not the current one.
 */
export const decide = (medium: Medium, command: MediaCommand): Events => {
  if (command.kind === 'request')
    return medium.status === 'absent' ? [newEvent('MediaRequested', command.medium)] : []
  if (medium.status === 'absent') throw notFound('such medium')
  if ('caller' in command && !mayManage(medium, command.caller)) throw notFound('such medium')
  if (medium.status === 'removed') {
    if (command.kind === 'remove') return []
    throw new Problem('gone', { detail: 'This medium was removed.' })
  }
  return 'caller' in command ? ofPerson(medium, command) : ofWorker(medium, command)
}

const ofWorker = (medium: LiveMedium, command: OfWorker & { at: string }): Events => {
  switch (command.kind) {
    case 'claim':
      return claim(medium, command)
    case 'progress':
      return progress(medium, command)
    case 'finish':
      return finish(medium, command)
    case 'fail':
      return fail(medium, command)
    case 'give-up':
      return giveUp(medium, command)
    default:
      return command satisfies never
  }
}

const claim = (medium: LiveMedium, { worker, at }: { worker: string; at: string }): Events => {
  if (medium.status !== 'waiting') throw new Problem('conflict', { detail: `This job is ${medium.status}.` })
  if (medium.retryAt !== null && waitOf(Date.parse(medium.retryAt), Date.parse(at)) > 0)
    throw new Problem('conflict', { detail: `This job waits until ${medium.retryAt}.` })
  const { id, leases, attempts } = medium
  return [newEvent('MediaClaimed', { id, lease: leases + 1, attempt: attempts + 1, worker, claimedAt: at })]
}

type Of<Kind extends OfWorker['kind']> = Extract<OfWorker, { kind: Kind }> & { at: string }

const progress = (medium: LiveMedium, { lease, step, bytes, total, at }: Of<'progress'>): Events => {
  if (!holds(medium, lease)) throw stale(medium, lease)
  // After an earlier time by a clock that was ahead, the next event is not kept back.
  const sinceMs = medium.progressedAt === null ? -1 : Date.parse(at) - Date.parse(medium.progressedAt)
  if (sinceMs >= 0 && sinceMs < limits.progressMsMin) return []
  return [newEvent('MediaProgressed', { id: medium.id, lease, step, bytes, total, progressedAt: at })]
}

const finish = (medium: LiveMedium, { kind: _, at, ...made }: Of<'finish'>): Events => {
  // A retry by the same worker, whose first response was lost.
  if (medium.status === 'finished' && medium.leases === made.lease) return []
  if (!holds(medium, made.lease)) throw stale(medium, made.lease)
  const { id, ownerId } = medium
  const whole = medium.made === null ? made : { ...made, ...withCrops(medium.made, made.variants) }
  const finished = newEvent('MediaFinished', { id, ownerId, ...whole, finishedAt: at })
  const isAround = isSamePoint(medium.focus, medium.cropsAround)
  return isAround || !hasCrop(whole) ? [finished] : [finished, cropRequested(medium, medium.focus, at)]
}

const isSamePoint = (one: LiveMedium['focus'], other: LiveMedium['focus']): boolean =>
  one?.x === other?.x && one?.y === other?.y

const hasCrop = ({ variants }: Pick<Made, 'variants'>): boolean => variants.some(({ name }) => isCrop(name))

/** What was made before, with new crops in place of the old ones. Nothing else changes. */
const withCrops = ({ variants, ...made }: Made, crops: Made['variants']): Made => ({
  ...made,
  variants: variants.map(
    (before) => crops.find(({ name }) => isCrop(name) && name === before.name) ?? before,
  ),
})

const cropRequested = ({ id }: LiveMedium, focus: LiveMedium['focus'], at: string) =>
  newEvent('MediaCropRequested', { id, focus, requestedAt: at })

const giveUp = (medium: LiveMedium, { reason, at }: Of<'give-up'>): Events => {
  if (medium.status !== 'waiting') return []
  const { id, attempts } = medium
  return [newEvent('MediaParked', { id, attempts, reason, fault: 'host', parkedAt: at })]
}

const fail = (medium: LiveMedium, { lease, how, reason, fault, at }: Of<'fail'>): Events => {
  if (medium.status !== 'claimed' && medium.leases === lease) return []
  if (!holds(medium, lease)) throw stale(medium, lease)
  const { id, attempts: attempt } = medium
  const next = afterFailure({ attempt, how, at })
  if (next.kind === 'postponed')
    return [newEvent('MediaPostponed', { id, lease, reason, retryAt: next.retryAt, postponedAt: at })]
  const { retryAt } = next
  const why = { reason, ...(fault && { fault }) }
  const failed = newEvent('MediaFailed', { id, lease, attempt, ...why, retryAt, failedAt: at })
  return retryAt === null
    ? [failed, newEvent('MediaParked', { id, attempts: attempt, ...why, parkedAt: at })]
    : [failed]
}

const ofPerson = (medium: LiveMedium, command: OfPerson & { at: string; caller: Caller }): Events => {
  const { id } = medium
  const { at } = command
  const by = doerOf(command.caller)
  switch (command.kind) {
    case 'cancel':
      if (medium.status === 'cancelled') return []
      if (medium.status !== 'waiting' && medium.status !== 'claimed')
        throw new Problem('conflict', { detail: `This job can't be cancelled: it is ${medium.status}.` })
      return [newEvent('MediaCancelled', { id, by, cancelledAt: at })]
    case 'retry':
      if (medium.status === 'finished' || medium.status === 'claimed')
        throw new Problem('conflict', { detail: `This job can't be retried: it is ${medium.status}.` })
      if (medium.status === 'waiting' && medium.retryAt === null) return []
      return [newEvent('MediaRetried', { id, by, retriedAt: at })]
    case 'describe':
      return describe(medium, command.changes, at)
    case 'remove':
      return [newEvent('MediaRemoved', { id, by, removedAt: at })]
    default:
      return command satisfies never
  }
}

const describe = (medium: LiveMedium, changes: DescribeMedia, at: string): Events => {
  const { id, ownerId, name, alt, focus } = medium
  const given = {
    name: changes.name ?? name,
    alt: changes.alt ?? alt,
    focus: changes.focus === undefined ? focus : changes.focus,
  }
  const isMoved = !isSamePoint(given.focus, focus)
  if (given.name === name && given.alt === alt && !isMoved) return []
  const described = newEvent('MediaDescribed', { id, ownerId, ...given, describedAt: at })
  const isCut = medium.made !== null && hasCrop(medium.made)
  return isMoved && isCut ? [described, cropRequested(medium, given.focus, at)] : [described]
}
