import type { EventData, LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { typesOf } from '@logbook/contracts/events/define.ts'
import { mediaEvents } from '@logbook/contracts/events/media.ts'
import type { Task } from './kinds.ts'

export type MediaEvent = LogbookEvent<keyof typeof mediaEvents>

/** What a finished job made. */
export type Made = Pick<EventData<'MediaFinished'>, 'type' | 'picture' | 'variants' | 'notes'>

/** The fields of a medium in every state. */
interface MediumBase {
  id: string
  ownerId: string | null
  name: string
  alt: string
  focus: EventData<'MediaDescribed'>['focus']
  request: EventData<'MediaRequested'>
  /** What was made of it; null until it is finished for the first time. A lease after that is for its crops alone. */
  made: Made | null
  /** Leases given so far; the last one is the fencing token that counts. */
  leases: number
  /** Attempts since the request or the last retry. */
  attempts: number
}

interface Waiting extends MediumBase {
  status: 'waiting'
  /** The next attempt may not begin before this; null where it may at once. */
  retryAt: string | null
}
interface Claimed extends MediumBase {
  status: 'claimed'
  worker: string
  /** The focal point that its crops are made around. */
  cropsAround: MediumBase['focus']
  /** The time of the last progress event; null before the first. */
  progressedAt: string | null
}

/** The state of a medium, with the job that makes it. */
export type Medium =
  | { status: 'absent' }
  | Waiting
  | Claimed
  | (MediumBase & { status: 'finished' })
  | (MediumBase & { status: 'parked' })
  | (MediumBase & { status: 'cancelled' })
  | (MediumBase & { status: 'removed' })
export type LiveMedium = Exclude<Medium, { status: 'absent' | 'removed' }>

export const initialMedium: Medium = { status: 'absent' }

const isLive = (medium: Medium): medium is LiveMedium =>
  medium.status !== 'absent' && medium.status !== 'removed'

const baseOf = ({
  id,
  ownerId,
  name,
  alt,
  focus,
  request,
  made,
  leases,
  attempts,
}: LiveMedium): MediumBase => ({
  ...{ id, ownerId, name, alt, focus, request, made, leases, attempts },
})

/** Total: an event that does not fit the current state changes nothing. */
export const evolve = (medium: Medium, event: MediaEvent): Medium => {
  if (event.type === 'MediaRequested') return medium.status === 'absent' ? requested(event.data) : medium
  if (!isLive(medium)) return medium
  switch (event.type) {
    case 'MediaClaimed':
      return claimed(medium, event.data)
    case 'MediaProgressed':
      return medium.status === 'claimed' && event.data.lease === medium.leases
        ? { ...medium, progressedAt: event.data.progressedAt }
        : medium
    case 'MediaFinished':
      return holds(medium, event.data.lease) ? finished(medium, event.data) : medium
    case 'MediaFailed':
      return holds(medium, event.data.lease)
        ? { ...baseOf(medium), status: 'waiting', retryAt: event.data.retryAt }
        : medium
    case 'MediaPostponed':
      return holds(medium, event.data.lease) ? postponed(medium, event.data.retryAt) : medium
    case 'MediaParked':
      return { ...baseOf(medium), status: 'parked' }
    case 'MediaRetried':
      return { ...baseOf(medium), attempts: 0, status: 'waiting', retryAt: null }
    case 'MediaCancelled':
      return { ...baseOf(medium), status: 'cancelled' }
    case 'MediaDescribed': {
      const { name, alt, focus } = event.data
      return { ...medium, name, alt, focus }
    }
    case 'MediaCropRequested':
      return medium.made === null
        ? medium
        : { ...baseOf(medium), attempts: 0, status: 'waiting', retryAt: null }
    case 'MediaRemoved':
      return { ...baseOf(medium), status: 'removed' }
    default:
      return event satisfies never
  }
}

const requested = (request: EventData<'MediaRequested'>): Medium => {
  const { id, ownerId, name, alt } = request
  return {
    ...{ id, ownerId, name, alt, focus: null, request, made: null, leases: 0, attempts: 0 },
    status: 'waiting',
    retryAt: null,
  }
}

const claimed = (medium: LiveMedium, { lease, attempt, worker }: EventData<'MediaClaimed'>): Medium =>
  lease > medium.leases
    ? {
        ...{ ...baseOf(medium), leases: lease, attempts: attempt, status: 'claimed', worker },
        ...{ cropsAround: medium.focus, progressedAt: null },
      }
    : medium

const finished = (
  medium: LiveMedium,
  { type, picture, variants, notes }: EventData<'MediaFinished'>,
): Medium => ({ ...baseOf(medium), made: { type, picture, variants, notes }, status: 'finished' })

const postponed = (medium: LiveMedium, retryAt: string): Medium => ({
  ...baseOf(medium),
  attempts: Math.max(0, medium.attempts - 1),
  status: 'waiting',
  retryAt,
})

/** What the next lease is for, or the one under way. */
export const taskOf = ({ made }: Pick<MediumBase, 'made'>): Task => (made === null ? 'all' : 'crop')

/** True where the job is under way by this very lease. */
export const holds = (medium: Medium, lease: number): medium is Claimed =>
  medium.status === 'claimed' && medium.leases === lease

export const decodeMedium = decodeOf(typesOf(mediaEvents))
