import { z } from 'zod'

/** The topic of the bus at which a service is asked for what it has parked. */
export const parkedTopic = (service: string): string => `parked.${service}`

/** Work that a service gave up after its last attempt, and keeps until it is retried. */
export const parkedItem = z.object({
  /** Unique within the service: its kind, a dash, and a key without blanks. */
  id: z.string(),
  /** What it is about: a stream, a receiver. */
  subject: z.string(),
  reason: z.string(),
  /** When it was parked; null where that was not recorded. */
  since: z.iso.datetime().nullable(),
})
export type ParkedItem = z.infer<typeof parkedItem>

/** What is asked there. `retry` without an id retries all. */
export const parkedQuestion = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('list') }),
  z.strictObject({ do: z.literal('retry'), id: z.string().max(300).optional() }),
])

/** `more` is true where there are items beside these. `retried` counts the items that were tried again. */
export const parkedAnswer = z.object({
  items: z.array(parkedItem),
  more: z.boolean(),
  retried: z.number().int(),
})
export type ParkedAnswer = z.infer<typeof parkedAnswer>
