import type { IncomingMessage } from 'node:http'
import { type AddressOptions, type AddressReading, readAddress } from '@logbook/contracts/http/address.ts'
import type { RequestHandler } from 'express'
import { invalid, Problem } from '../problem.ts'

type Canonical = Extract<AddressReading, { kind: 'canonical' }>
type Asked = Pick<IncomingMessage, 'method' | 'url'>

const isSafe = ({ method = 'GET' }: Asked): boolean => method === 'GET' || method === 'HEAD'

const sentOn = (req: Asked, read: AddressReading): string | undefined =>
  read.kind === 'moved' && isSafe(req) ? read.to : undefined

/** Where a read is to be sent on to that names its thing by another spelling; undefined where it is to be answered here. */
export const movedTo = (req: Asked, options?: AddressOptions): string | undefined =>
  sentOn(req, readAddress(req.url ?? '/', options))

const canonicalOrThrow = (read: AddressReading): Canonical => {
  switch (read.kind) {
    case 'canonical':
      return read
    case 'moved':
      throw new Problem('bad-encoding', {
        detail: `The canonical form of this address is ${read.to.slice(0, 500)}`,
      })
    case 'refused':
      throw new Problem('bad-encoding', { detail: read.detail })
    case 'repeated':
      throw invalid(read.field.slice(0, 100), 'must be given once')
    default:
      return read satisfies never
  }
}

/**
 * What a target means. Throws `bad-encoding` for one that is not canonical or has no single meaning, and `invalid`, naming the
 * field, where one stands in the query twice.
 */
export const canonicalAddress = (target: string, options?: AddressOptions): Canonical =>
  canonicalOrThrow(readAddress(target, options))

/** Lets canonical addresses pass. A read of another spelling is sent on with 308, a command to one is refused: nothing behind interprets an address again. */
export const canonicalOnly =
  (options?: AddressOptions): RequestHandler =>
  (req, res, next) => {
    const read = readAddress(req.url, options)
    const to = sentOn(req, read)
    if (to !== undefined) return void res.set({ Location: to, 'Cache-Control': 'no-cache' }).status(308).end()
    canonicalOrThrow(read)
    next()
  }

/** The fields of a query for Express. Of a repeated one the first, though none comes this far. */
export const queryParser = (text: string): Record<string, string> => {
  const fields: Record<string, string> = Object.create(null)
  if (!text) return fields
  for (const [name, value] of new URLSearchParams(text)) fields[name] ??= value
  return fields
}
