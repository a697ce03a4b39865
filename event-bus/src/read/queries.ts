import type { IncomingMessage } from 'node:http'
import type { KnownLog } from '@logbook/chassis/log/identity.ts'
import { invalid } from '@logbook/chassis/problem.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import { wholeNumber } from '@logbook/contracts/http/log-queries.ts'
import type { Request } from 'express'
import { z } from 'zod'

/** The events that a reader selects. */
export interface Filter {
  types?: readonly string[]
  subject?: string
}

/** The position that a reconnecting EventSource saw last, or undefined. */
export const lastEventId = (req: Request): number | undefined => {
  const value = req.get('Last-Event-ID')
  if (value === undefined || value === '') return undefined
  const parsed = wholeNumber.safeParse(value)
  if (!parsed.success) throw invalid('Last-Event-ID', 'must be a position of this log')
  return parsed.data
}

const logId = z.string().regex(/^[\w-]{1,100}$/, 'must be the id of a log')
const checksum = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal digits')

/** The log that a reader has read up to `after`, by its headers; undefined without them. */
export const knownLog = (req: Pick<IncomingMessage, 'headers'>): KnownLog | undefined => {
  const header = (name: string) => req.headers[name.toLowerCase()]
  if (header(headers.logEpoch) === undefined && header(headers.logId) === undefined) return undefined
  const epoch = wholeNumber.safeParse(header(headers.logEpoch))
  if (!epoch.success) throw invalid(headers.logEpoch, 'must be a whole number, beside the Log-Id')
  if (epoch.data === 0) return { epoch: 0 }
  const id = logId.safeParse(header(headers.logId))
  if (!id.success) throw invalid(headers.logId, 'must be the id of a log, beside the Log-Epoch')
  const given = checksum.optional().safeParse(header(headers.logChecksum))
  if (!given.success) throw invalid(headers.logChecksum, 'must be a SHA-256 in hexadecimal digits')
  return { id: id.data, epoch: epoch.data, checksum: given.data }
}
