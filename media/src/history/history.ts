import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { mediaSubject } from '@logbook/contracts/events/media.ts'
import type { MediumHistoryEntry } from '@logbook/contracts/http/media-queue.ts'
import { decodeMedium, type MediaEvent } from '../domain/medium.ts'
import { sentenceOf } from './sentences.ts'

/** What is known of the job when an event comes. */
interface Chain {
  /** The event that put it into the queue, or took it back there. */
  queued: string | null
  claim: Extract<MediaEvent, { type: 'MediaClaimed' }> | undefined
  last: string | null
}

/** The event that this one answers, by the order of a job; null for what somebody asked for. */
const causeOf = ({ type }: MediaEvent, { queued, claim, last }: Chain): string | null => {
  switch (type) {
    case 'MediaClaimed':
      return queued
    case 'MediaProgressed':
    case 'MediaFinished':
    case 'MediaFailed':
    case 'MediaPostponed':
      return claim?.id ?? null
    case 'MediaParked':
    case 'MediaCropRequested':
      return last
    default:
      return null
  }
}

const queues: readonly MediaEvent['type'][] = [
  'MediaRequested',
  'MediaRetried',
  'MediaCropRequested',
  'MediaFailed',
  'MediaPostponed',
]

const entryOf = (event: MediaEvent, chain: Chain): MediumHistoryEntry => {
  const { id, type, time, position, correlationid, data } = event
  const lease = 'lease' in data ? data.lease : null
  const held = lease !== null && chain.claim?.data.lease === lease ? chain.claim : undefined
  const ms = held === undefined || type === 'MediaClaimed' ? null : Date.parse(time) - Date.parse(held.time)
  return {
    ...{ id, type, time, position },
    ...(correlationid === undefined ? {} : { correlationId: correlationid }),
    ...{ cause: causeOf(event, chain), lease },
    attempt: held?.data.attempt ?? null,
    worker: held?.data.worker ?? null,
    by: 'by' in data ? data.by : null,
    reason: 'reason' in data ? data.reason : null,
    retryAt: 'retryAt' in data ? data.retryAt : null,
    seconds: ms === null ? null : ms / 1_000,
    says: sentenceOf(event),
  }
}

const decoded = (recorded: readonly RecordedEvent[]): MediaEvent[] =>
  recorded.flatMap((each) => {
    const found = decodeMedium(each)
    return found.kind === 'event' ? [found.event] : []
  })

/** Drops the reports of progress that another of the same lease follows. */
const withLastProgress = (events: readonly MediaEvent[]): MediaEvent[] =>
  events.filter(({ type }, index) => {
    const next = events[index + 1]
    return type !== 'MediaProgressed' || next?.type !== 'MediaProgressed'
  })

/** The causal chain of one job, the oldest entry first. Throws `unavailable` without the bus. */
export const historyOf = async (bus: Pick<Bus, 'readStream'>, id: string): Promise<MediumHistoryEntry[]> => {
  const chain: Chain = { queued: null, claim: undefined, last: null }
  return withLastProgress(decoded(await bus.readStream(mediaSubject(id)))).map((event) => {
    if (event.type === 'MediaClaimed') chain.claim = event
    const entry = entryOf(event, chain)
    if (queues.includes(event.type)) chain.queued = event.id
    chain.last = event.id
    return entry
  })
}
