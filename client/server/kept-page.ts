import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { isReadingAddress } from '@logbook/contracts/http/reading-address.ts'
import type { Request as Req, Response as Res } from 'express'

/** True for a page that nothing but its address, the theme and the state of query's view decides. */
export const isForEveryone = ({ method, headers, originalUrl }: Req): boolean =>
  method === 'GET' && headers.authorization === undefined && isReadingAddress(originalUrl)

const codings = ['br', 'gzip'] as const
type Coding = (typeof codings)[number]

const brotliQuality = 5

/** On other threads. */
const squeeze: Record<Coding, (body: Buffer) => Promise<Buffer>> = {
  br: (body) =>
    promisify(brotliCompress)(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  gzip: (body) => promisify(gzip)(body),
}

/** Ours in order, of those that the reader takes. */
const codingFor = (req: Req): Coding | undefined =>
  codings.find((coding) => req.acceptsEncodings(coding) === coding)

interface KeptPage {
  html: string
  viewState: string
  tags: string
}

/** Sends a page that may be kept for others. Its entity tag follows from its bytes, and each coding has its own. */
export const sendKeptPage = async (res: Res, { html, viewState, tags }: KeptPage): Promise<void> => {
  const { req } = res
  const plain = Buffer.from(html)
  const coding = codingFor(req)
  const body = coding ? await squeeze[coding](plain) : plain
  const digest = hash('sha256', plain, 'base64url').slice(0, 27)
  res.set({
    'Cache-Control': 'no-cache',
    ETag: `"${digest}${coding ? `-${coding}` : ''}"`,
    Vary: 'Accept-Encoding',
    [names.viewState]: viewState,
    [names.cacheTag]: tags,
  })
  if (req.fresh) return void res.status(304).end()
  if (coding) res.set('Content-Encoding', coding)
  res.set('Content-Length', String(body.length)).end(body)
}
