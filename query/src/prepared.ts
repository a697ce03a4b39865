import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { securityHeaders } from '@logbook/chassis/http/app.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import type { Request, Response } from 'express'
import { LRUCache } from 'lru-cache'
import Negotiator from 'negotiator'
import { limits } from './limits.ts'

export const codings = ['br', 'gzip'] as const
export type Coding = (typeof codings)[number]

/** An answer's bytes in one coding, with all that is said before them. */
export interface Variant {
  body: Buffer
  etag: string
  /** Names and values in turn; the last four values are `changing`. */
  head: string[]
  /** The same for who has it already. */
  knownHead: string[]
  coding: Coding | undefined
}

/** An answer that is ready to be sent any number of times. */
export interface Prepared {
  plain: Variant
  /** What has been compressed by now. */
  compressed: Partial<Record<Coding, Variant>>
  contentType: string
  link: string | undefined
}

const jsonType = 'application/json; charset=utf-8'
/** What is another from one time to the next: the state of the view, and how far it reflects which log. */
const changing = [
  ...[headers.viewState, '', headers.logId, '', headers.logEpoch, ''],
  ...[headers.position, '0'],
] as const
const vary = 'Origin, Accept-Encoding, Authorization'

interface VariantParts {
  body: Buffer
  etag: string
  coding?: Coding
  contentType: string
  link: string | undefined
}

const variantOf = ({ body, etag, coding, contentType, link }: VariantParts): Variant => {
  const always = ['Vary', vary, 'Cache-Control', 'no-cache', 'ETag', etag]
  return {
    body,
    etag,
    coding,
    head: [
      ...Object.entries(securityHeaders).flat(),
      ...['Content-Type', contentType, 'Content-Length', String(body.length)],
      ...(coding === undefined ? [] : ['Content-Encoding', coding]),
      ...(link === undefined ? [] : ['Link', link]),
      ...always,
      ...changing,
    ],
    knownHead: [...always, ...changing],
  }
}

interface Answer {
  text: string
  link?: string | undefined
  contentType?: string
}

/** The entity tag follows from the bytes and the link to more alone, so a rebuilt view gives the same. A link is all that changes when a full page gets a successor. */
export const prepare = ({ text, link, contentType = jsonType }: Answer): Prepared => {
  const body = Buffer.from(text)
  const etag = `"${hash('sha256', link === undefined ? body : Buffer.concat([body, Buffer.from(link)]), 'base64url').slice(0, 27)}"`
  return { plain: variantOf({ body, etag, contentType, link }), compressed: {}, contentType, link }
}

const squeeze: Record<Coding, (body: Buffer) => Promise<Buffer>> = {
  br: (body) =>
    promisify(brotliCompress)(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: limits.brotliQuality,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  gzip: (body) => promisify(gzip)(body),
}

/** Compresses it, on other threads. Each coding has an entity tag of its own, since its bytes are others. */
export const compress = async (prepared: Prepared): Promise<void> => {
  const { plain, contentType, link } = prepared
  for (const coding of codings) {
    const body = await squeeze[coding](plain.body)
    const etag = `${plain.etag.slice(0, -1)}-${coding}"`
    prepared.compressed[coding] = variantOf({ body, etag, coding, contentType, link })
  }
}

const offered = [...codings, 'identity'] as const
const accepted = new LRUCache<string, (typeof offered)[number]>({ max: limits.acceptEncodingsMax })

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

export const variantFor = ({ plain, compressed }: Prepared, coding: Coding | undefined): Variant =>
  (coding && compressed[coding]) ?? plain

/** True if If-None-Match names this answer in any coding, compared weakly as RFC 9110 asks. */
export const isKnown = (ifNoneMatch: string, { plain: { etag } }: Prepared): boolean => {
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.split(',').some(
    (each) =>
      each
        .trim()
        .replace(/^W\//, '')
        .replace(/-(?:br|gzip)"$/, '"') === etag,
  )
}

/** Sends it the long way, after all that Express set before; 304 to who has it. `isPrivate`: nobody else may be given it. */
export const sendPrepared = (
  req: Request,
  res: Response,
  prepared: Prepared,
  { isPrivate = false } = {},
): void => {
  const { contentType, link } = prepared
  const { body, etag, coding } = variantFor(prepared, codingFor(req.headers['accept-encoding']))
  res.set({ ETag: etag, 'Cache-Control': isPrivate ? 'private, no-cache' : 'no-cache', Vary: vary })
  const ifNoneMatch = req.get('If-None-Match')
  if (ifNoneMatch !== undefined && isKnown(ifNoneMatch, prepared)) return void res.status(304).end()
  if (link !== undefined) res.set('Link', link)
  if (coding !== undefined) res.set('Content-Encoding', coding)
  res.set({ 'Content-Type': contentType, 'Content-Length': String(body.length) }).end(body)
}
