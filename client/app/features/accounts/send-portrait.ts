import { bounds } from '@logbook/contracts/bounds.ts'
import type { PortraitAnswer } from '@logbook/contracts/http/media.ts'
import { problemOf } from '../../services/api.ts'
import { Refusal } from '../media/api.ts'

/** The middle of a picture, as it will be shown: ready to be sent, and as an address for its preview. */
export interface Square {
  bytes: Blob
  preview: string
}

const type = 'image/jpeg'
const quality = 0.92
const path = '/api/media/portrait'
const pollMs = 500
const makeMsMax = 120_000

/** Cuts the middle out of a picture, in this browser: a photo of many megabytes is sent as a small square. Rejects for what it can not show. */
export const squareOf = async (file: Blob): Promise<Square> => {
  const picture = await createImageBitmap(file)
  const cut = Math.min(picture.width, picture.height)
  const side = Math.min(cut, bounds.portraitSideMax)
  const canvas = document.createElement('canvas')
  canvas.width = side
  canvas.height = side
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('This browser draws nothing.')
  context.fillStyle = 'white'
  context.fillRect(0, 0, side, side)
  context.imageSmoothingQuality = 'high'
  const [left, top] = [(picture.width - cut) / 2, (picture.height - cut) / 2]
  context.drawImage(picture, left, top, cut, cut, 0, 0, side, side)
  picture.close()
  const bytes = await new Promise<Blob | null>((done) => canvas.toBlob(done, type, quality))
  if (bytes === null) throw new Error('This browser makes no JPEG.')
  return { bytes, preview: canvas.toDataURL(type, quality) }
}

/** The blog has the picture, and no worker has made it within `makeMsMax`. */
export class NotReady extends Error {}

const asked = async (init: RequestInit): Promise<PortraitAnswer> => {
  const answer = await fetch(path, init)
  if (!answer.ok) throw new Refusal(await problemOf(answer))
  return answer.json()
}

/**
 * Sends a picture as one’s portrait, waits until it is ready, and resolves with its address. Throws a Refusal with the reason, NotReady, or a
 * TypeError where there is no connection. `onSent` is called once the blog has it.
 */
export const sendPortrait = async (
  bytes: Blob,
  { signal, onSent }: { signal: AbortSignal; onSent: () => void },
): Promise<string> => {
  const { id } = await asked({ method: 'PUT', headers: { 'Content-Type': type }, body: bytes, signal })
  onSent()
  const endsAt = performance.now() + makeMsMax
  while (performance.now() < endsAt) {
    const now = await asked({ signal })
    // One that was sent before, until the blog knows of this one.
    if (now.id === id && now.picture !== null) return now.picture
    if (now.id === id && now.state === 'failed')
      throw new Refusal({ status: 422, title: now.reason ?? 'The picture can not be used.' })
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  throw new NotReady('The picture is not ready yet: the blog is busy. Try again later.')
}
