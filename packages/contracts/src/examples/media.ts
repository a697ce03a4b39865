import type { EventData } from '../events/catalog.ts'
import { mediaSubject } from '../events/media.ts'
import { type Envelope, recordedExample } from './recorded.ts'
import { exampleUserId } from './users.ts'

export const exampleMediaId = '01920000-0000-7000-8000-00000000a001'
const id = exampleMediaId
const at = '2026-03-01T09:00:00.000Z'
const later = '2026-03-01T09:00:10.000Z'
const by = { id: exampleUserId, name: 'An author' }
const stored = { key: `01/${id}/1-original`, sha256: 'a'.repeat(64), bytes: 48_213 }

type MediaType = Extract<Parameters<typeof recordedExample>[0], `Media${string}`>

const example = <Type extends MediaType>(type: Type, data: EventData<Type>, envelope: Envelope = {}) =>
  recordedExample(type, { source: '/media', subject: mediaSubject(data.id), data, envelope })

/** By link, unless told otherwise. */
export const mediaRequested = (data: Partial<EventData<'MediaRequested'>> = {}, envelope: Envelope = {}) => {
  const whole: EventData<'MediaRequested'> = {
    id,
    ownerId: exampleUserId,
    url: 'https://pictures.example/heron.jpg',
    upload: null,
    name: 'heron.jpg',
    alt: 'A heron in the reeds',
    filters: [],
    keepsMetadata: false,
    requestedAt: at,
    ...data,
  }
  return example('MediaRequested', whole, envelope)
}

export const mediaClaimed = (data: Partial<EventData<'MediaClaimed'>> = {}, envelope: Envelope = {}) => {
  const whole = { id, lease: 1, attempt: 1, worker: 'worker-1', claimedAt: at, ...data }
  return example('MediaClaimed', whole, envelope)
}

export const mediaFinished = (data: Partial<EventData<'MediaFinished'>> = {}, envelope: Envelope = {}) => {
  const whole: EventData<'MediaFinished'> = {
    id,
    ownerId: exampleUserId,
    lease: 1,
    type: 'image/jpeg',
    picture: { width: 1600, height: 900, animated: false, colour: '#4a6b52', blurhash: null },
    variants: [{ ...stored, name: 'original', type: 'image/jpeg', width: 1600, height: 900 }],
    notes: [],
    finishedAt: later,
    ...data,
  }
  return example('MediaFinished', whole, envelope)
}

/** One of each type, and both ways in. */
export const mediaExamples = () => [
  mediaRequested(),
  mediaRequested({ url: null, upload: stored, filters: ['swap-red-blue'], keepsMetadata: true }),
  mediaClaimed(),
  example('MediaProgressed', {
    ...{ id, lease: 1, step: 'fetching' },
    ...{ bytes: 16_384, total: 48_213, progressedAt: later },
  }),
  mediaFinished(),
  example('MediaFailed', {
    ...{ id, lease: 1, attempt: 1, reason: 'The other host answered 503.' },
    ...{ retryAt: later, failedAt: at },
  }),
  example('MediaPostponed', {
    ...{ id, lease: 1, reason: 'There is no room on the disk.' },
    ...{ retryAt: later, postponedAt: at },
  }),
  example('MediaParked', { id, attempts: 5, reason: 'The other host answered 503.', parkedAt: later }),
  example('MediaRetried', { id, by, retriedAt: later }),
  example('MediaCancelled', { id, by, cancelledAt: later }),
  example('MediaDescribed', {
    ...{ id, ownerId: exampleUserId, name: 'heron-at-dawn.jpg' },
    ...{ alt: 'A heron at dawn', focus: { x: 0.5, y: 0.25 }, describedAt: later },
  }),
  example('MediaRemoved', { id, by, removedAt: later }),
]
