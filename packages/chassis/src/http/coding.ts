import { LRUCache } from 'lru-cache'
import Negotiator from 'negotiator'

export const codings = ['br', 'gzip'] as const
export type Coding = (typeof codings)[number]

const offered = [...codings, 'identity'] as const
const acceptEncodingsMax = 200
const accepted = new LRUCache<string, (typeof offered)[number]>({ max: acceptEncodingsMax })

/** The coding that the sender of this Accept-Encoding would rather have, ours in order where it has no preference; undefined: none of ours. */
export const codingFor = (header: string | undefined): Coding | undefined => {
  if (header === undefined) return undefined
  let coding = accepted.get(header)
  if (coding === undefined) {
    const negotiator = new Negotiator({ headers: { 'accept-encoding': header } })
    coding = negotiator.encoding(offered, { preferred: offered }) ?? 'identity'
    accepted.set(header, coding)
  }
  return coding === 'identity' ? undefined : coding
}

/** The entity tag of the same answer in a coding: its bytes are others. */
export const codedEtag = (etag: string, coding: Coding): string => `${etag.slice(0, -1)}-${coding}"`

const uncoded = (etag: string): string =>
  etag
    .trim()
    .replace(/^W\//, '')
    .replace(/-(?:br|gzip)"$/, '"')

/** True if If-None-Match names an answer of this entity tag in any coding, compared weakly (RFC 9110, 13.1.2). */
export const isKnownEtag = (ifNoneMatch: string, etag: string): boolean => {
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true
  const wanted = uncoded(etag)
  return ifNoneMatch.split(',').some((each) => uncoded(each) === wanted)
}
