import { z } from 'zod'
import { webAddress } from '../text.ts'

/** The files of each feed, at the root of the blog. */
export const feedFiles = ['feed.xml', 'atom.xml', 'feed.json'] as const

/** The address of the blog's own hub. */
export const ownHub = (publicUrl: string): string => `${publicUrl}/websub`

/** A web address without credentials, such as strangers may name. */
export const plainAddress = webAddress.refine((address) => {
  const url = URL.parse(address)
  return url === null || (url.username === '' && url.password === '')
}, 'must hold no credentials')

const secretBytesMax = 199
const encoder = new TextEncoder()

/** `POST /websub`, a form, as far as it is known to subscribe and to unsubscribe. Other fields are ignored (W3C WebSub, 5.1). */
export const hubRequest = z.object({
  'hub.mode': z.enum(['subscribe', 'unsubscribe']),
  'hub.callback': plainAddress,
  'hub.topic': plainAddress,
  /** Of a request to subscribe; ignored in others. */
  'hub.lease_seconds': z.string().optional(),
  'hub.secret': z
    .string()
    .refine(
      (secret) => encoder.encode(secret).length <= secretBytesMax,
      `must have at most ${secretBytesMax} bytes`,
    )
    .optional(),
})

export const leaseSeconds = z
  .string()
  .regex(/^0*[1-9]\d{0,8}$/, 'must be a number of seconds from 1 to 999999999')
  .transform(Number)
