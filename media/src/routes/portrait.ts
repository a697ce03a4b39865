import { callerOf } from '@logbook/chassis/access/gate.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import { type RawBody, rawBody } from '@logbook/chassis/http/body.ts'
import { rateCounter } from '@logbook/chassis/http/rate-store.ts'
import { causeOf } from '@logbook/chassis/http/request-cause.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import { invalid, notFound, Problem } from '@logbook/chassis/problem.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import { portraitTypes } from '@logbook/contracts/endpoints/media-portrait.ts'
import type { PortraitAnswer } from '@logbook/contracts/http/media.ts'
import { coverAddress } from '@logbook/contracts/http/medium-addresses.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import type { RequestHandler, Response } from 'express'
import { limits } from '../limits.ts'
import { stateOf } from '../read-model/rows.ts'
import type { Medium, View } from '../read-model/view.ts'
import { contentTypeOf } from '../types/content-type.ts'
import { MediaRefused } from '../types/refused.ts'
import { takePortrait } from '../uploads/take-portrait.ts'
import type { Uploads } from '../uploads/uploads.ts'

interface PortraitOptions {
  view: Pick<View, 'sentPortrait'>
  uploads: Uploads
  ids: Ids
  clock: Clock
  storageFault: () => string | undefined
  onSent: () => void
}

const headers = { 'Cache-Control': 'private, no-cache' } as const

const answerOf = (medium: Medium): PortraitAnswer => {
  const { id, status, reason, made, focus } = medium
  const picture =
    made && coverAddress({ id, type: made.type, picture: made.picture, focus, variants: made.variants })
  return { id, state: stateOf({ status, isMade: made !== null }), reason, picture: picture ?? null }
}

/** The id of the person who calls. Throws `forbidden` for others. */
const personOf = (caller: Caller): string => {
  if (caller.kind === 'person') return caller.id
  throw new Problem('forbidden', { detail: 'This is for people.' })
}

/** Throws `invalid` for bytes that begin as no picture does. The rest is for a worker to judge. */
const assertPicture = async (bytes: Buffer): Promise<void> => {
  try {
    if ((await contentTypeOf(bytes)).kind === 'picture') return
  } catch (error) {
    if (error instanceof MediaRefused) throw invalid('', error.message)
    throw error
  }
  throw invalid('', 'This is not a picture of a supported format: JPEG, PNG, WebP, GIF, AVIF or TIFF.')
}

/** The portrait that a person sends, of any role: one small picture, which is in no library. */
export const portraitHandlers = ({ view, uploads, ids, clock, storageFault, onSent }: PortraitOptions) => {
  const count = rateCounter({ clock, windowS: limits.portraitsWindowS })

  /** Before the body is read. */
  const admit: RequestHandler = (_req, res, next) => {
    const detail = 'You have sent many pictures. Try again later.'
    count(personOf(callerOf(res)), { max: limits.portraitsPerPersonMax, detail })
    const fault = storageFault()
    if (fault !== undefined) throw new Problem('unavailable', { detail: fault, retryAfter: 30 })
    next()
  }

  const sent = (owner: string): PortraitAnswer => {
    const medium = view.sentPortrait(owner)
    if (medium === undefined) throw notFound('such portrait')
    return answerOf(medium)
  }

  const take = async (body: RawBody | undefined, res: Response): Promise<void> => {
    const bytes = body?.bytes ?? Buffer.alloc(0)
    if (bytes.length === 0) throw invalid('', 'must be a picture')
    await assertPicture(bytes)
    const owner = personOf(callerOf(res))
    const id = ids.next()
    await takePortrait(uploads, { id, owner, bytes }, causeOf(res))
    onSent()
    const waiting: PortraitAnswer = { id, state: 'not started', reason: null, picture: null }
    res.status(202).set(headers).json(waiting)
  }

  return handlersOf(mediaEndpoints)({
    'PUT /media/portrait': {
      raw: [
        admit,
        ...rawBody({ bytesMax: bounds.portraitBytesMax, types: portraitTypes }),
        (req, res) => take(req.body, res),
      ],
    },
    'GET /media/portrait': (_input, caller) => ({ body: sent(personOf(caller)), headers }),
  })
}
