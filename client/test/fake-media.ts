import { Problem } from '@logbook/chassis/problem.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import { initialMediaSettings } from '@logbook/contracts/events/media-settings.ts'
import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import type { MediaQueueAnswer, MediumHistoryEntry } from '@logbook/contracts/http/media-queue.ts'
import { answering, defined } from './answering.ts'
import { idOf, minutesAgo } from './sample-blog.ts'

export const mediumIds = { heron: idOf(801), call: idOf(802), broken: idOf(803), coming: idOf(804) }

const base: MediumAnswer = {
  ...{ id: mediumIds.heron, ownerId: idOf(400), state: 'finished', reason: null, attempts: 1, retryAt: null },
  ...{ progress: null, name: 'heron.jpg', alt: 'A grey heron', focus: null, source: 'upload', url: null },
  ...{ filters: [], type: 'image/jpeg', bytes: 2_400_000, notes: [], isPublic: true, isPortrait: false },
  picture: { width: 1_600, height: 900, animated: false, colour: '#8a9299', blurhash: null },
  variants: [320, 640, 960, 1_280, 1_600].map((width) => ({
    ...{ name: `w${width}.jpg`, type: 'image/jpeg', bytes: 9, width, height: (width * 9) / 16 },
    url: `/media/${mediumIds.heron}/w${width}.jpg`,
  })),
  posts: [idOf(1)],
  ...{ requestedAt: minutesAgo(90), finishedAt: minutesAgo(89) },
}

const none = { picture: null, variants: [], posts: [], isPublic: false }
const samples = (): MediumAnswer[] => [
  base,
  {
    ...{ ...base, ...none, id: mediumIds.call, name: 'bittern.mp3', alt: '', type: 'audio/mpeg' },
    variants: [{ name: 'original', type: 'audio/mpeg', bytes: 9, width: null, height: null, url: '' }],
  },
  {
    ...{ ...base, ...none, id: mediumIds.broken, name: 'torn.png', state: 'failed', attempts: 5 },
    reason: 'The picture is damaged.',
  },
  { ...base, ...none, id: mediumIds.coming, name: 'marsh.png', state: 'in progress', finishedAt: null },
]

const queueOf = (media: readonly MediumAnswer[]): MediaQueueAnswer => {
  const count = (state: MediumAnswer['state']) => media.filter((each) => each.state === state).length
  return {
    jobs: {
      ...{ waiting: count('not started'), postponed: 0, claimed: count('in progress') },
      ...{ finished: count('finished'), parked: count('failed'), cancelled: 0 },
    },
    ...{ oldestAt: null, fault: null, rateMinutes: 5 },
    workers: [
      {
        ...{ name: 'barn-1', job: mediumIds.coming, finished: 12, failed: 5, rate: 2.4 },
        lastAt: minutesAgo(1),
      },
    ],
  }
}

/** One attempt that failed for good. */
const historyOf = ({ reason }: MediumAnswer): MediumHistoryEntry[] => {
  const entry = (number: number, type: string, says: string): MediumHistoryEntry => ({
    ...{ id: `e${number}`, type, time: minutesAgo(90 - number), position: number, says },
    ...{ cause: number > 1 ? `e${number - 1}` : null, lease: null, attempt: null, worker: null },
    ...{ by: null, reason: null, retryAt: null, seconds: null },
  })
  const held = { lease: 1, attempt: 1, worker: 'barn-1' }
  return [
    entry(1, 'MediaRequested', 'Uploaded.'),
    { ...entry(2, 'MediaClaimed', 'Attempt 1 began, by the worker barn-1 under lease 1.'), ...held },
    { ...entry(3, 'MediaFailed', 'Attempt 1 failed.'), ...held, reason, seconds: 0.84 },
    entry(4, 'MediaParked', 'Parked after one attempt.'),
  ]
}

/** Media, as its contract says, with one medium in each state. */
export const createFakeMedia = () => {
  let settings = initialMediaSettings
  let version = 0
  const media = new Map(samples().map((medium) => [medium.id, medium]))
  const found = (id: string): MediumAnswer => {
    const medium = media.get(id)
    if (medium === undefined) throw new Problem('not-found')
    return medium
  }
  const change = (id: string, changes: Partial<MediumAnswer> = {}) => {
    const medium = { ...found(id), ...changes }
    media.set(id, medium)
    return { body: medium }
  }

  const listed = ({ searchParams }: URL): MediumAnswer[] => {
    const [state, words, kind] = ['state', 'q', 'kind'].map((name) => searchParams.get(name))
    return [...media.values()].filter(
      (each) =>
        (!state || each.state === state) &&
        (!words || each.name.includes(words)) &&
        (!kind || (each.type ?? '').startsWith(kind === 'picture' ? 'image' : kind)) &&
        (!searchParams.has('unused') || each.posts.length === 0),
    )
  }

  return {
    media,
    reply: answering(mediaEndpoints, {
      'GET /media': ({ url }) => ({ body: listed(url) }),
      'GET /media/queue': () => ({ body: queueOf([...media.values()]) }),
      'GET /media/settings': () => ({ body: settings, version }),
      'PUT /media/settings'({ body }) {
        settings = { ...settings, ...defined(body) }
        version++
        return { body: settings, version }
      },
      'GET /media/:id': ({ params: { id } }) => ({ body: found(id) }),
      'GET /media/:id/history': ({ params: { id } }) => ({ body: historyOf(found(id)) }),
      'PATCH /media/:id': ({ params: { id }, body }) => change(id, defined(body)),
      'POST /media/:id/retry': ({ params: { id } }) => change(id, { state: 'not started', reason: null }),
      'POST /media/:id/cancel': ({ params: { id } }) => change(id),
      'DELETE /media/:id'({ params: { id } }) {
        media.delete(id)
        return {}
      },
    }),
  }
}
