import { z } from 'zod'
import { eventType, subject } from '../envelope.ts'
import { logBounds } from './log-bounds.ts'
import { subscriptionBounds } from './subscriptions.ts'

const digits = /^\d{1,15}$/

const wrongType = {
  error: ({ code }: { code?: string }) =>
    code === 'invalid_type' ? 'must be a whole number, given once' : undefined,
}

interface NumberBounds {
  min?: number
  max?: number
  /** What is wrong with a number beyond these bounds. */
  message?: string
  /** What counts where the parameter is missing, for descriptions. */
  unless?: number
}

/** A whole number in the digits of a parameter or a header. */
const numberIn = ({ min = 0, max = 1e15, message, unless }: NumberBounds = {}) => {
  const number = z.int(wrongType).min(min, message).max(max, message)
  return z.preprocess(
    (given) => (typeof given === 'string' && digits.test(given) ? Number(given) : String(given)),
    unless === undefined ? number : number.meta({ default: unless }),
  )
}
export const wholeNumber = numberIn()

const after = numberIn({ unless: 0 })
const { pageSizeMax, pageSizeDefault } = logBounds
const limit = numberIn({
  ...{ min: 1, max: pageSizeMax, message: `must be from 1 to ${pageSizeMax}` },
  unless: pageSizeDefault,
})

const types = z
  .string()
  .transform((list) => [...new Set(list.split(','))])
  .pipe(z.array(eventType).max(logBounds.typesMax, `must be at most ${logBounds.typesMax} types`))

/** `GET /events`. Without `limit`, NDJSON has the log up to its end. */
export const eventsQuery = z.strictObject({
  after: after.optional().describe('Begin after this position.'),
  limit: limit.optional().describe('Events in a page.'),
  types: types.optional().describe('Only these types, with commas between.'),
  subject: subject.optional().describe('Only this stream.'),
})

/** `GET /streams/:subject`. */
export const streamQuery = z.strictObject({
  after: after.default(0).describe('Begin after this version.'),
  limit: limit.default(pageSizeDefault).describe('Events in a page.'),
})

/** `GET /subscriptions/:name/parked`. */
export const parkedQuery = z.strictObject({
  after: after.default(0).describe('Positions after this.'),
  limit: numberIn({ min: 1, max: subscriptionBounds.pageSizeMax, unless: 100 })
    .default(100)
    .describe('Entries in a page.'),
  subject: z.string().max(200).optional().describe('Only of this stream.'),
})
