import { z } from 'zod'

/** What can be wrong with a service. `docs/operating.md` says what to do about each. */
export const healthReasons = [
  'down',
  'not-ready',
  'following',
  'ahead',
  'parked',
  'unreadable',
  'reactions',
  'erasures',
  'announcements',
  'keys',
  'mail',
  'disk',
  'wal',
  'damage',
  'backup',
  'scrub',
  'subscriptions',
  'connections',
  'jobs',
  'storage',
  'workers',
] as const
export type HealthReason = (typeof healthReasons)[number]

/** One thing that is wrong: a word to search for, and what it is about in a sentence. */
export interface Complaint {
  reason: HealthReason
  detail: string
}

/** Work that is owed. `due` counts the parked ones too; `oldestSeconds` is the age of the oldest that is not parked, as far as this process knows. */
const owed = z.object({
  due: z.number(),
  parked: z.number(),
  oldestSeconds: z.number().nullable().optional(),
})

/**
 * The last time that something was done for the whole log. `fault` says why it failed; null where it went well or never ran. `ageSeconds` is below zero where
 * the clock has been set back since, so that the age is not known.
 */
const lastRun = z.object({
  at: z.string().nullable(),
  ageSeconds: z.number().nullable(),
  fault: z.string().nullable(),
})

/**
 * What a service says of itself. Each part is there where the service has such a thing; `/health`, `/metrics` and the gateway's summary
 * are all made of it. A service may say more.
 */
export const healthDetails = z.object({
  /** False while the service can't do its work: the history is not read, or it is closing. */
  ready: z.boolean(),
  /** The last position of the log that it has read, or that the log has. */
  position: z.number().optional(),
  caughtUp: z.boolean().optional(),
  /** Why following stands still, or null. */
  fault: z.string().nullable().optional(),
  /** Events that could not be applied, with those behind them. */
  parked: z.number().optional(),
  /** Events of known types with data of another shape. */
  unreadable: z.number().optional(),
  /** Events applied since the start, and the seconds that took. */
  applied: z.object({ events: z.number(), seconds: z.number() }).optional(),
  reactions: owed.optional(),
  erasures: z.object({ due: z.number(), parked: z.number(), overdue: z.number() }).partial().optional(),
  /** People with changes that are not announced in the log yet. */
  announcements: z.object({ unannounced: z.number(), fault: z.string().nullable() }).optional(),
  /** `lost`: people with sealed events in the log and no key in accounts. */
  keys: z.object({ fault: z.string().nullable(), lost: z.number() }).optional(),
  mail: z
    .object({
      connected: z.boolean().optional(),
      waiting: z.number(),
      parked: z.number(),
      oldest: z.string().nullable(),
      fault: z.string().nullable(),
    })
    .optional(),
  /** Of the disk that its file is on. `fault` is why the last write failed, or null. */
  disk: z
    .object({ freeBytes: z.number(), walBytes: z.number(), fault: z.string().nullable().optional() })
    .optional(),
  /** Where the log is damaged, or null. */
  damage: z.string().nullable().optional(),
  backup: lastRun.optional(),
  scrub: lastRun.optional(),
  /** Durable subscriptions that stand still for a fault, and events parked in all of them. */
  subscriptions: z.object({ faults: z.number(), parked: z.number() }).optional(),
  /** Requests that wait for a connection to a service, in all. */
  connections: z.object({ queued: z.number() }).optional(),
  /**
   * Of files and their workers. `parked`: jobs that failed with their last attempt. `storage` says why nothing can be stored, `workers` why none
   * can be started; null where they can. `missing`: files that the log names and the storage did not have at the last look.
   */
  media: z
    .object({
      /** Failed with their last attempt by a fault of this service. */
      parked: z.number(),
      /** Failed for a reason outside: no complaint. */
      outside: z.number().optional(),
      storage: z.string().nullable(),
      workers: z.string().nullable(),
      missing: z.number().optional(),
    })
    .optional(),
})
export type HealthDetails = z.infer<typeof healthDetails>

/** `ok`: nothing is wrong. `degraded`: it does its work, and somebody should look. `waiting`: it can't do its work. */
export type HealthStatus = 'ok' | 'degraded' | 'waiting'
