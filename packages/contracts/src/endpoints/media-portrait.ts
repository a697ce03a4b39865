import { bounds } from '../bounds.ts'
import { people } from '../http/access.ts'
import { type Endpoints, json, readHeaders } from '../http/endpoint.ts'
import { portraitAnswer } from '../http/media.ts'

/** The types of pictures that a portrait is made of. The content decides, whatever the header says. */
export const portraitTypes = [
  ...['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/tiff'],
] as const

const portrait = portraitAnswer.meta({
  id: 'Portrait',
  description: 'A picture on its way to be a portrait. `picture` is its address once `state` is finished.',
})
const picture = { schema: { type: 'string', format: 'binary' } }
const underWay = 'Ask again until `state` is finished or failed; `reason` says why it failed.'

/** One's own portrait. To show it, and to remove it, is a change of one's account: `PATCH /me` of accounts. */
export const portraitRows = {
  'PUT /media/portrait': {
    id: 'sendPortrait',
    access: people,
    under: '/api',
    summary: 'Send a picture as one’s portrait',
    details:
      'The body is the picture. A worker cuts a square out of its middle, without EXIF. Nobody else sees it before `PATCH /api/accounts/me` with its `picture`. It takes the place of one that was sent before and is not shown; one that is not shown within an hour is removed.',
    rawBodies: Object.fromEntries(portraitTypes.map((type) => [type, picture])),
    bodyBytesMax: bounds.portraitBytesMax,
    answers: { '202': json(portrait, underWay) },
    refusals: ['invalid', 'too-large', 'wrong-content-type', 'too-many', 'unavailable'],
  },
  'GET /media/portrait': {
    id: 'readPortrait',
    access: people,
    under: '/api',
    summary: 'The newest picture that one sent as one’s portrait',
    headers: readHeaders,
    answers: { '200': json(portrait, underWay) },
    refusals: ['not-found'],
  },
} as const satisfies Endpoints
