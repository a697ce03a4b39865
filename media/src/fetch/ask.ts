import type { IncomingHttpHeaders } from 'node:http'
import { askOutside, type OutsideRequest } from '@logbook/chassis/http/ask-outside.ts'
import { MediaRefused } from '../types/refused.ts'

/** Requests a URL and follows redirects, each checked like the first. Throws MediaRefused for a URL that is not allowed. */
export const ask = (address: string, asking: Omit<OutsideRequest, 'refused'>) =>
  askOutside(address, { ...asking, refused: (sentence) => new MediaRefused(sentence) })

/** The validator (a strong ETag or date) that lets an interrupted download resume; null without one. */
export const validatorOf = ({ etag, 'last-modified': lastModified }: IncomingHttpHeaders): string | null => {
  return etag !== undefined && !etag.startsWith('W/') ? etag : (lastModified ?? null)
}
