import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { securityHeaders } from '@logbook/chassis/http/app.ts'
import { type Coding, codedEtag, codingFor, codings, isKnownEtag } from '@logbook/chassis/http/coding.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import type { Request, Response } from 'express'
import { limits } from '../limits.ts'

/** The bytes of an answer in one content coding, with its headers. */
export interface Variant {
  body: Buffer
  etag: string
  /** Alternating names and values; the last five values are `changing`. */
  head: string[]
  /** The headers of a 304. */
  knownHead: string[]
  coding: Coding | undefined
}

/** An answer that is ready to be sent any number of times. */
export interface Prepared {
  plain: Variant
  /** The codings that are ready. */
  compressed: Partial<Record<Coding, Variant>>
  contentType: string
  link: string | undefined
}

const jsonType = 'application/json; charset=utf-8'
/** Headers whose values are set on sending: the cache tag, the state of the view, the log and the position. */
const changing = [
  ...[headers.cacheTag, '', headers.viewState, '', headers.logId, '', headers.logEpoch, ''],
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

/** Prepares an answer. The entity tag is a hash of the bytes and the link to the next page, so that a rebuilt view gives the same. The link is all that changes when a full page gets a successor. */
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

/** Compresses an answer, on other threads. Each coding has its own entity tag, because its bytes differ. */
export const compress = async (prepared: Prepared): Promise<void> => {
  const { plain, contentType, link } = prepared
  for (const coding of codings) {
    const body = await squeeze[coding](plain.body)
    const etag = codedEtag(plain.etag, coding)
    prepared.compressed[coding] = variantOf({ body, etag, coding, contentType, link })
  }
}

export const variantFor = ({ plain, compressed }: Prepared, coding: Coding | undefined): Variant =>
  (coding && compressed[coding]) ?? plain

interface Sending {
  /** For this caller alone. */
  isPrivate?: boolean
  /** An answer that is cached here is sent with its cache tag, for gateways. */
  cache?: { tagged(url: string, prepared: Prepared): { state: string; tag: string } | undefined }
}

/** Sends an answer through Express; 304 to a caller who has it. */
export const sendPrepared = (
  req: Request,
  res: Response,
  prepared: Prepared,
  { isPrivate = false, cache }: Sending = {},
): void => {
  const { contentType, link } = prepared
  const { body, etag, coding } = variantFor(prepared, codingFor(req.headers['accept-encoding']))
  // Node's setHeader: the checks of Express's `set` cost more than sending the page.
  res.setHeader('ETag', etag)
  res.setHeader('Cache-Control', isPrivate ? 'private, no-cache' : 'no-cache')
  res.setHeader('Vary', vary)
  const tagged = isPrivate ? undefined : cache?.tagged(req.url, prepared)
  if (tagged) {
    res.setHeader(headers.cacheTag, tagged.tag)
    res.setHeader(headers.viewState, tagged.state)
  }
  const ifNoneMatch = req.get('If-None-Match')
  if (ifNoneMatch !== undefined && isKnownEtag(ifNoneMatch, prepared.plain.etag))
    return void res.status(304).end()
  if (link !== undefined) res.setHeader('Link', link)
  if (coding !== undefined) res.setHeader('Content-Encoding', coding)
  res.setHeader('Content-Type', contentType)
  res.setHeader('Content-Length', String(body.length))
  res.end(body)
}
