import { headers as names } from '@logbook/contracts/http/headers.ts'
import { LRUCache } from 'lru-cache'
import { limits } from '../limits.ts'
import { type AnswerHead, headerOf, lowerCase } from './answer-headers.ts'

/** An answer that may be given again, once its service has said anew that it holds. */
export interface KeptAnswer {
  etag: string
  /** Names and values in turn. */
  headers: readonly string[]
  body: Buffer
  /** In which it held when its service last said so. */
  viewState: string | undefined
  /** Where in `headers` the value of a name stands, in lower case, that a confirmation may say anew. */
  places: ReadonlyMap<string, number>
}

/** What is said of the bytes themselves: a confirmation may be about the same in another coding. */
const ofTheBytes = new Set(['etag', 'content-length', 'content-type', 'content-encoding'])

const placesOf = (headers: readonly string[]): Map<string, number> => {
  const places = new Map<string, number>()
  for (let at = 0; at < headers.length; at += 2) {
    const name = lowerCase(headers[at] ?? '')
    if (!ofTheBytes.has(name)) places.set(name, at + 1)
  }
  return places
}

/** A position means nothing without the log that it is of. */
const momentNames = ['date', names.position, names.logId, names.logEpoch].map((name) => name.toLowerCase())

/** What an answer says of the moment that it is from, whatever it answers. */
export const ofTheMoment = ({ headers }: Pick<AnswerHead, 'headers'>): string[] =>
  momentNames.flatMap((name) => {
    const value = headerOf(headers, name)
    return value === undefined ? [] : [name, value]
  })

/** The headers of a kept answer as they are now, by what the service said when it confirmed it. */
export const confirmedHeaders = (kept: KeptAnswer, said: readonly string[]): string[] => {
  const headers = [...kept.headers]
  for (let at = 0; at < said.length; at += 2) {
    const place = kept.places.get(lowerCase(said[at] ?? ''))
    if (place !== undefined) headers[place] = said[at + 1] ?? ''
  }
  return headers
}

/** True for an answer that its service lets others keep, and will confirm. */
const mayBeKept = (headers: readonly string[]): boolean => {
  const cacheControl = headerOf(headers, 'cache-control') ?? ''
  const etag = headerOf(headers, 'etag')
  return etag !== undefined && !etag.startsWith('W/') && !/no-store|private/.test(cacheControl)
}

interface Answered {
  status: number
  headers: readonly string[]
  contentLength: number | undefined
  /** True where a compressed answer would be better and may come later. */
  wantsCoding: boolean
}

interface Gathered {
  headers: readonly string[]
  chunks: readonly Buffer[]
  viewState: string | undefined
}

/**
 * Remembers answers to nobody in particular, bounded in bytes. None is given without the service's word that it holds at this
 * moment (If-None-Match, 304; or that its view is in the same state still): what is saved is its bytes and headers. Each is dropped after a minute, so that nothing that was
 * erased stays here.
 */
export const createKeptAnswers = () => {
  const answers = new LRUCache<string, KeptAnswer>({
    maxSize: limits.keptBytesMax,
    maxEntrySize: limits.sharedBytesMax,
    sizeCalculation: ({ body, headers }) => body.length + headers.length * 100,
    ttl: limits.keptMsMax,
    ttlAutopurge: true,
  })
  return {
    get: (key: string): KeptAnswer | undefined => answers.get(key),
    /** True for an answer that is worth gathering to be kept. */
    isWorthIt: ({ status, headers, contentLength, wantsCoding }: Answered): boolean =>
      status === 200 &&
      contentLength !== undefined &&
      contentLength <= limits.sharedBytesMax &&
      mayBeKept(headers) &&
      (!wantsCoding || headerOf(headers, 'content-encoding') !== undefined),
    set(key: string, { headers, chunks, viewState }: Gathered): void {
      const etag = headerOf(headers, 'etag') ?? ''
      // A copy: what comes from a socket is a piece of much more.
      answers.set(key, { etag, headers, body: Buffer.concat(chunks), viewState, places: placesOf(headers) })
    },
  }
}
export type KeptAnswers = ReturnType<typeof createKeptAnswers>
