import { z } from 'zod'
import { mediaSettings } from '../events/media-settings.ts'
import { anyone, moderators, owners } from '../http/access.ts'
import { commandHeaders, endpoints, type Grant, json, readHeaders } from '../http/endpoint.ts'
import { describeMedia, mediaState, mediumAnswer, putMediaSettings, requestMedia } from '../http/media.ts'
import { mediaQueueAnswer, mediumHistoryEntry } from '../http/media-queue.ts'
import { pageQuery } from '../http/page.ts'
import { operator } from '../identity.ts'
import { mediaKinds } from '../media-kinds.ts'
import { entityId } from '../text.ts'
import { portraitRows } from './media-portrait.ts'
import { workRows } from './media-work.ts'

const mediaPage = z.object({
  ...pageQuery({ sizeDefault: 50, sizeMax: 200 }),
  state: mediaState.optional(),
  kind: z.enum(mediaKinds).optional(),
  owner: z.union([z.literal('me'), entityId], 'must be me or the id of a person').optional(),
  q: z.string().min(1).max(200).optional(),
  unused: z.literal('true', 'must be true').optional(),
  imported: z.literal('true', 'must be true').optional(),
})

const writers: readonly Grant[] = ['author', 'owner', operator]
const managers: readonly Grant[] = ['author', 'moderator', 'owner', operator]

const medium = mediumAnswer.meta({
  id: 'Medium',
  description: 'A file with the job that makes it. `state` is not started, in progress, finished or failed.',
})
const settings = mediaSettings.meta({
  id: 'MediaSettings',
  description: 'Limits and variants of pictures and files.',
})
const changed = { '200': json(medium, 'The medium from now on; `ETag` is its version.') }
const none = { '204': { description: 'Done.' } }
const ofState = ['conflict', 'gone', 'version-conflict', 'unavailable'] as const
const object = z.object({ key: z.string(), bytes: z.number().int() })

/** Whose medium it is, is decided in `media/src/domain/decide.ts`. Of rows with similar paths, the more specific come first. */
export const mediaEndpoints = endpoints('media', {
  description: 'Pictures and files, by link and by upload, and the workers that make them ready.',
  rows: {
    'POST /media/uploads': {
      id: 'beginUpload',
      access: writers,
      under: '/api',
      summary: 'Begin an upload (tus 1.0)',
      details:
        '`Upload-Length` is the size, `Upload-Metadata` has `filename` and may have `alt`, `filters` (with commas between) and `keepsMetadata`. The id in `Location` is that of the medium; an owner who imports may choose it, as `id` in `Upload-Metadata`.',
      answers: { '201': { description: '`Location` takes the bytes.' } },
      refusals: [
        ...['invalid', 'precondition-failed', 'conflict', 'too-large'],
        ...['too-many', 'bad-encoding', 'unavailable'],
      ] as const,
    },
    'GET /media/uploads/:id': {
      id: 'readUpload',
      access: writers,
      under: '/api',
      summary: 'With HEAD: the offset of an upload',
      answers: { '200': { description: '`Upload-Offset` says it.' } },
      refusals: ['precondition-failed', 'gone'],
    },
    'PATCH /media/uploads/:id': {
      id: 'continueUpload',
      access: writers,
      under: '/api',
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
      access: writers,
      under: '/api',
      summary: 'Cancel an upload',
      answers: none,
      refusals: ['precondition-failed', 'gone'],
    },
    'POST /media': {
      id: 'requestMedia',
      access: writers,
      under: '/api',
      summary: 'Have a file fetched by link',
      details:
        'A worker fetches it from the other host straight to the storage. The name is made safe and unique. An owner who imports may choose the `id`; the same id again answers the medium that has it.',
      headers: ['Idempotency-Key'],
      body: requestMedia,
      example: { url: 'https://pictures.example/heron.jpg', name: 'heron.jpg', alt: 'A heron in the reeds' },
      answers: { '201': json(medium, 'Requested: a worker will fetch it.') },
      refusals: ['too-many', 'too-large', 'view-behind', 'unavailable'],
    },
    'GET /media': {
      id: 'listMedia',
      access: managers,
      under: '/api',
      summary: 'Media, the newest first',
      details:
        'Authors see their own, moderators and owners all. `state` is one state, `kind` what a finished file is, `q` part of a name or of an alternative text, `unused=true` those that no post shows, `imported=true` those that an import brought.',
      query: mediaPage,
      headers: readHeaders,
      answers: { '200': json(z.array(medium), '`Link`, rel="next", has the next page.') },
    },
    'GET /media/queue': {
      id: 'readMediaQueue',
      access: [...moderators, operator],
      under: '/api',
      summary: 'The jobs of everyone by state, and the workers with their rate',
      headers: readHeaders,
      answers: { '200': json(mediaQueueAnswer, 'The queue at this moment.') },
    },
    'GET /media/settings': {
      id: 'readMediaSettings',
      access: managers,
      under: '/api',
      summary: 'Limits and variants of pictures and files',
      headers: readHeaders,
      answers: {
        '200': json(settings, 'What counts for the next job; `ETag` is what a change begins with.'),
      },
    },
    'PUT /media/settings': {
      id: 'changeMediaSettings',
      access: owners,
      under: '/api',
      summary: 'Change limits and variants of pictures and files',
      details:
        'Settings that are absent stay as they are. A change counts from the next job on; what was made stays as it is. No limit can exceed what the operator allows.',
      headers: commandHeaders,
      body: putMediaSettings,
      example: { fileBytesMax: 1_073_741_824, formats: ['webp'] },
      answers: { '200': json(settings, 'The settings from now on.') },
      refusals: ['version-conflict', 'view-behind', 'unavailable'],
    },
    ...portraitRows,
    'GET /media/:id/history': {
      id: 'readMediumHistory',
      access: managers,
      under: '/api',
      summary: 'What happened to a job: request, leases, attempts, result',
      details:
        'In the order of the log. Each entry names its cause, its lease, attempt and worker. Of the progress under one lease it has the last report alone.',
      headers: readHeaders,
      answers: { '200': json(z.array(mediumHistoryEntry), 'The oldest entry first.') },
      refusals: ['unavailable'],
    },
    'GET /media/:id': {
      id: 'readMedium',
      access: managers,
      under: '/api',
      summary: 'One medium with its progress and variants',
      headers: readHeaders,
      answers: { '200': json(medium, 'The medium; `ETag` is its version.') },
    },
    'GET /media/:id/progress': {
      id: 'watchMedium',
      access: managers,
      under: '/api',
      summary: 'The progress of a medium, live (server-sent events)',
      details: 'Each `medium` event has the whole medium. `removed` is the last.',
      answers: { '200': { description: 'Server-sent events.', content: { 'text/event-stream': {} } } },
      refusals: ['unavailable'],
    },
    'PATCH /media/:id': {
      id: 'describeMedium',
      access: managers,
      under: '/api',
      summary: 'Change the name, the alternative text or the focal point',
      headers: commandHeaders,
      body: describeMedia,
      example: { alt: 'A heron at dawn', focus: { x: 0.5, y: 0.25 } },
      answers: changed,
      refusals: [...ofState, 'view-behind'],
    },
    'POST /media/:id/cancel': {
      id: 'cancelMedium',
      access: managers,
      under: '/api',
      summary: 'Stop the job',
      headers: commandHeaders,
      answers: changed,
      refusals: [...ofState, 'view-behind'],
    },
    'POST /media/:id/retry': {
      id: 'retryMedium',
      access: managers,
      under: '/api',
      summary: 'Retry the job, at its former position in the queue',
      headers: commandHeaders,
      answers: changed,
      refusals: [...ofState, 'view-behind'],
    },
    'DELETE /media/:id': {
      id: 'removeMedium',
      access: managers,
      under: '/api',
      summary: 'Delete a medium with all its variants',
      headers: commandHeaders,
      answers: none,
      refusals: ['version-conflict', 'unavailable'],
    },
    'GET /media/:id/:variant': {
      id: 'downloadMedium',
      access: anyone,
      under: '/api',
      summary: 'Download one variant',
      details:
        'Supports Range, If-Range and If-None-Match; `ETag` is the SHA-256. Private unless a published post or a portrait shows it: then for its owner and moderators alone.',
      answers: {
        '200': { description: 'The whole.' },
        '206': { description: 'The range that was asked for.' },
        '304': { description: 'It is the one you have.' },
      },
      refusals: ['range-not-satisfiable', 'unavailable'],
    },
    ...workRows,
    'GET /check': {
      id: 'checkMedia',
      access: [operator],
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
  },
})
