import { hash } from 'node:crypto'
import { securityHeaders } from '@logbook/chassis/http/app.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import type { Request, Response } from 'express'

/** An answer that is ready to be sent any number of times. */
export interface Prepared {
  body: Buffer
  etag: string
  /** Names and values in turn; the last value is the position, which changes from one time to the next. */
  head: string[]
  link: string | undefined
}

const contentType = 'application/json; charset=utf-8'

/** The entity tag follows from the bytes alone, so a rebuilt view gives the same. */
export const prepare = ({ json, link }: { json: string; link?: string | undefined }): Prepared => {
  const body = Buffer.from(json)
  const etag = `"${hash('sha256', body, 'base64url').slice(0, 27)}"`
  const head = [
    ...Object.entries(securityHeaders).flat(),
    'Vary',
    'Origin',
    'Content-Type',
    contentType,
    'Content-Length',
    String(body.length),
    'Cache-Control',
    'no-cache',
    'ETag',
    etag,
    ...(link === undefined ? [] : ['Link', link]),
    headers.position,
    '0',
  ]
  return { body, etag, head, link }
}

/** True if If-None-Match names this entity tag, compared weakly as RFC 9110 asks. */
export const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' ||
    ifNoneMatch.split(',').some((each) => each.trim().replace(/^W\//, '') === etag))

/** Sends it the long way, after all that Express set before; 304 to who has it. */
export const sendPrepared = (req: Request, res: Response, { body, etag, link }: Prepared): void => {
  res.set({ ETag: etag, 'Cache-Control': 'no-cache' })
  if (link !== undefined) res.set('Link', link)
  if (isKnown(req.get('If-None-Match'), etag)) return void res.status(304).end()
  res.set({ 'Content-Type': contentType, 'Content-Length': String(body.length) }).end(body)
}
