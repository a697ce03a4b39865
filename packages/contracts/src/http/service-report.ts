import { z } from 'zod'
import { healthDetails } from './health.ts'

/** The topic of the bus at which a service is asked for its health. */
export const healthTopic = (service: string): string => `health.${service}`

/** What a service answers there. */
export const serviceReport = z.object({
  service: z.string(),
  status: z.enum(['ok', 'degraded', 'waiting']),
  /** What is wrong, by a reason of `docs/operating.md` and in a sentence. */
  complaints: z.array(z.object({ reason: z.string(), detail: z.string() })),
  health: healthDetails,
  version: z.string(),
  /** Of Node. */
  runtime: z.string(),
  pid: z.number().int(),
  upSeconds: z.number(),
  /** Resident set size. */
  memoryBytes: z.number(),
  /** By the wall clock of its machine. */
  now: z.iso.datetime(),
  /** The file that it keeps; null for one that keeps none. */
  file: z.object({ path: z.string(), bytes: z.number(), mode: z.string() }).nullable(),
})
export type ServiceReport = z.infer<typeof serviceReport>
