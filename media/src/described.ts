import { json } from '@logbook/chassis/described/operation.ts'
import {
  type Descriptions,
  describeService,
  metricsDescription,
  ofCommands,
  ofReads,
} from '@logbook/chassis/described/service.ts'
import {
  claimWork,
  describeMedia,
  failWork,
  finishWork,
  heartbeat,
  leaseAnswer,
  mediumAnswer,
  reportProgress,
  requestMedia,
  workAnswer,
} from '@logbook/contracts/http/media.ts'
import { z } from 'zod'
import { access } from './access.ts'
import { mediaPage } from './queries.ts'

const medium = mediumAnswer.meta({
  id: 'Medium',
  description: 'A file with the job that makes it. `state` is not started, in progress, finished or failed.',
})
const changed = { '200': json(medium, 'The medium from now on; `ETag` is its version.') }
const none = { '204': { description: 'Done.' } }
const lease = { '200': json(leaseAnswer, 'The lease lasts so long from now on.') }
const ofState = ['conflict', 'gone', 'version-conflict', 'unavailable'] as const
const object = z.object({ key: z.string(), bytes: z.number().int() })
const exampleKey = 'c1/0197a1b2-0000-7000-8000-0000000000c1/1-original'

const ofPeople: Pick<
  Descriptions<typeof access>,
  | 'POST /media'
  | 'GET /media'
  | 'GET /media/:id'
  | 'GET /media/:id/progress'
  | 'PATCH /media/:id'
  | 'POST /media/:id/cancel'
  | 'POST /media/:id/retry'
  | 'DELETE /media/:id'
  | 'GET /media/:id/:variant'
> = {
  'POST /media': {
    id: 'requestMedia',
    summary: 'Have a file fetched by link',
    details:
      'A worker fetches it from the other host straight to the storage. The name is made safe and unique.',
    heeds: ['Idempotency-Key'],
    body: requestMedia,
    example: { url: 'https://pictures.example/heron.jpg', name: 'heron.jpg', alt: 'A heron in the reeds' },
    answers: { '201': json(medium, 'Requested: a worker will fetch it.') },
    refusals: ['too-many', 'too-large', 'view-behind', 'unavailable'],
  },
  'GET /media': {
    id: 'listMedia',
    summary: 'Media, the newest first',
    details:
      'Authors see their own, moderators and owners all. `state` is one state, `q` part of a name or of an alternative text, `unused=true` those that no post shows.',
    query: mediaPage,
    heeds: ofReads,
    answers: { '200': json(z.array(medium), '`Link`, rel="next", has the next page.') },
  },
  'GET /media/:id': {
    id: 'readMedium',
    summary: 'One medium: how far it is, and its forms',
    heeds: ofReads,
    answers: { '200': json(medium, 'The medium; `ETag` is its version.') },
  },
  'GET /media/:id/progress': {
    id: 'watchMedium',
    summary: 'How far a medium is, live',
    details: 'Each `medium` event has the whole medium. `removed` is the last.',
    answers: { '200': { description: 'Server-sent events.', content: { 'text/event-stream': {} } } },
    refusals: ['unavailable'],
  },
  'PATCH /media/:id': {
    id: 'describeMedium',
    summary: 'Change the name, the alternative text or the focal point',
    heeds: ofCommands,
    body: describeMedia,
    example: { alt: 'A heron at dawn', focus: { x: 0.5, y: 0.25 } },
    answers: changed,
    refusals: [...ofState, 'view-behind'],
  },
  'POST /media/:id/cancel': {
    id: 'cancelMedium',
    summary: 'Stop the job',
    heeds: ofCommands,
    answers: changed,
    refusals: [...ofState, 'view-behind'],
  },
  'POST /media/:id/retry': {
    id: 'retryMedium',
    summary: 'Have it tried again, at the place in the queue that it had',
    heeds: ofCommands,
    answers: changed,
    refusals: [...ofState, 'view-behind'],
  },
  'DELETE /media/:id': {
    id: 'removeMedium',
    summary: 'Remove it with all its forms',
    heeds: ofCommands,
    answers: none,
    refusals: ['version-conflict', 'unavailable'],
  },
  'GET /media/:id/:variant': {
    id: 'downloadMedium',
    summary: 'The bytes of one form',
    details:
      'Heeds Range, If-Range and If-None-Match; `ETag` is the SHA-256. Private until a published post shows it: until then for its owner and moderators.',
    answers: {
      '200': { description: 'The whole.' },
      '206': { description: 'The range that was asked for.' },
      '304': { description: 'It is the one you have.' },
    },
    refusals: ['range-not-satisfiable', 'unavailable'],
  },
}

const ofUploads: Pick<
  Descriptions<typeof access>,
  'POST /media/uploads' | 'GET /media/uploads/:id' | 'PATCH /media/uploads/:id' | 'DELETE /media/uploads/:id'
> = {
  'POST /media/uploads': {
    id: 'beginUpload',
    summary: 'Begin an upload (tus 1.0)',
    details:
      '`Upload-Length` is the size, `Upload-Metadata` has `filename` and may have `alt`, `filters` (with commas between) and `keepsMetadata`. The id in `Location` is that of the medium.',
    answers: { '201': { description: '`Location` takes the bytes.' } },
    refusals: ['invalid', 'precondition-failed', 'too-large', 'too-many', 'bad-encoding', 'unavailable'],
  },
  'GET /media/uploads/:id': {
    id: 'readUpload',
    summary: 'With HEAD: how many bytes of an upload are here',
    answers: { '200': { description: '`Upload-Offset` says it.' } },
    refusals: ['precondition-failed', 'gone'],
  },
  'PATCH /media/uploads/:id': {
    id: 'continueUpload',
    summary: 'Send bytes of an upload',
    details: 'With another offset than that of the upload: 409, whose `Upload-Offset` is the right one.',
    answers: { '204': { description: '`Upload-Offset` says how many bytes are here.' } },
    refusals: [
      ...['invalid', 'precondition-failed', 'conflict', 'gone', 'too-large'],
      ...['wrong-content-type', 'unavailable'],
    ] as const,
  },
  'DELETE /media/uploads/:id': {
    id: 'endUpload',
    summary: 'Give an upload up',
    answers: none,
    refusals: ['precondition-failed', 'gone'],
  },
}

const operations: Descriptions<typeof access> = {
  ...ofPeople,
  ...ofUploads,
  'POST /work/claim': {
    id: 'claimWork',
    summary: 'Take the next job under a lease',
    details:
      'The next job of the person who was served longest ago, of those that need only what is in `kinds`. `Prefer: wait=20` waits for one. `lease` is the fencing token: whatever comes under an older one is refused with 409.',
    heeds: ['Prefer'],
    body: claimWork,
    example: { worker: 'worker-1', version: '1.0.0', kinds: ['link', 'upload', 'filter:sepia'] },
    answers: { '200': json(workAnswer, 'The job.'), '204': { description: 'There is none.' } },
    refusals: ['unavailable'],
  },
  'POST /work/:id/heartbeat': {
    id: 'keepWork',
    summary: 'Say that the worker lives',
    body: heartbeat,
    example: { lease: 1 },
    answers: lease,
    refusals: ['conflict', 'gone', 'unavailable'],
  },
  'POST /work/:id/progress': {
    id: 'reportWork',
    summary: 'Say how far the job is',
    body: reportProgress,
    example: { lease: 1, step: 'fetching', bytes: 1_024, total: 4_096 },
    answers: lease,
    refusals: ofState,
  },
  'POST /work/:id/finish': {
    id: 'finishWork',
    summary: 'Name what was made and stored',
    body: finishWork,
    example: {
      ...{ lease: 1, type: 'application/pdf', picture: null, notes: [] },
      variants: [
        {
          ...{ name: 'original', type: 'application/pdf', width: null, height: null },
          ...{ key: exampleKey, sha256: 'a'.repeat(64), bytes: 4_096 },
        },
      ],
    },
    answers: lease,
    refusals: ofState,
  },
  'POST /work/:id/fail': {
    id: 'failWork',
    summary: 'Give the job back',
    details:
      '`again`: another attempt follows, later each time. `refused`: none would help. `later`: no attempt is counted.',
    body: failWork,
    example: { lease: 1, kind: 'again', reason: 'The other host answered 503.' },
    answers: lease,
    refusals: ofState,
  },
  'GET /check': {
    id: 'checkMedia',
    summary: 'Compare the storage with what the log names',
    answers: {
      '200': json(
        z.object({
          ...{ objects: z.number().int(), bytes: z.number().int() },
          ...{ missing: z.array(object), unknown: z.array(object) },
        }),
        'What an event names and the storage has not, and the other way round.',
      ),
    },
    refusals: ['view-behind'],
  },
  'GET /metrics': metricsDescription('media'),
}

/** What media takes and answers. */
export const description = (): object =>
  describeService({
    service: 'media',
    description: 'Pictures and files, by link and by upload, and the workers that make them ready.',
    access,
    operations,
  })
