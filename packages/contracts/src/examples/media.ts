import { initialMediaSettings } from '../events/media-settings.ts'
import { exampleOf } from './recorded.ts'
import { exampleUserId } from './users.ts'

export const exampleMediaId = '01920000-0000-7000-8000-00000000a001'
const id = exampleMediaId
const at = '2026-03-01T09:00:00.000Z'
const later = '2026-03-01T09:00:10.000Z'
const by = { id: exampleUserId, name: 'An author' }
const stored = { key: `01/${id}/1-original`, sha256: 'a'.repeat(64), bytes: 48_213 }

/** By link, unless told otherwise. */
export const mediaRequested = exampleOf('MediaRequested', {
  id,
  ownerId: exampleUserId,
  url: 'https://pictures.example/heron.jpg',
  upload: null,
  name: 'heron.jpg',
  alt: 'A heron in the reeds',
  filters: [],
  keepsMetadata: false,
  requestedAt: at,
})

export const mediaClaimed = exampleOf('MediaClaimed', {
  ...{ id, lease: 1, attempt: 1, worker: 'worker-1', claimedAt: at },
})

export const mediaFinished = exampleOf('MediaFinished', {
  id,
  ownerId: exampleUserId,
  lease: 1,
  type: 'image/jpeg',
  picture: { width: 1600, height: 900, animated: false, colour: '#4a6b52', blurhash: null },
  variants: [{ ...stored, name: 'original', type: 'image/jpeg', width: 1600, height: 900 }],
  notes: [],
  finishedAt: later,
})

export const mediaParked = exampleOf('MediaParked', {
  ...{ id, attempts: 5, reason: 'The other host answered 503.', parkedAt: later },
})

export const mediaRetried = exampleOf('MediaRetried', { id, by, retriedAt: later })

export const mediaRemoved = exampleOf('MediaRemoved', { id, by, removedAt: later })

/** One of each type, both ways in, and what is sent as a portrait. */
export const mediaExamples = () => [
  mediaRequested(),
  mediaRequested({ url: null, upload: stored, filters: ['swap-red-blue'], keepsMetadata: true }),
  mediaRequested({ url: null, upload: stored, name: 'portrait', alt: '', use: 'portrait' }),
  mediaClaimed(),
  exampleOf('MediaProgressed', {
    ...{ id, lease: 1, step: 'fetching' },
    ...{ bytes: 16_384, total: 48_213, progressedAt: later },
  })(),
  mediaFinished(),
  exampleOf('MediaFailed', {
    ...{ id, lease: 1, attempt: 1, reason: 'The other host answered 503.' },
    ...{ retryAt: later, failedAt: at },
  })(),
  exampleOf('MediaPostponed', {
    ...{ id, lease: 1, reason: 'There is no room on the disk.' },
    ...{ retryAt: later, postponedAt: at },
  })(),
  mediaParked(),
  mediaRetried(),
  exampleOf('MediaCancelled', { id, by, cancelledAt: later })(),
  exampleOf('MediaDescribed', {
    ...{ id, ownerId: exampleUserId, name: 'heron-at-dawn.jpg' },
    ...{ alt: 'A heron at dawn', focus: { x: 0.5, y: 0.25 }, describedAt: later },
  })(),
  exampleOf('MediaCropRequested', { id, focus: { x: 0.5, y: 0.25 }, requestedAt: later })(),
  exampleOf('MediaSettingsChanged', { settings: initialMediaSettings, changedAt: at, by })(),
  mediaRemoved(),
]
