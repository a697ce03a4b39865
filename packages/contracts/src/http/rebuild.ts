import { z } from 'zod'

const cell = z.union([z.string(), z.number(), z.null()])
const cells = z.record(z.string(), cell)

/** One row that two files of the view have differently; of a changed one, only the columns that differ. */
export const rowDifference = z.object({
  kind: z.enum(['added', 'removed', 'changed']),
  key: z.array(cell),
  live: cells.optional(),
  next: cells.optional(),
})
export type RowDifference = z.infer<typeof rowDifference>

const count = z.number().int().min(0)
export const tableDifference = z.object({
  same: count,
  added: count,
  removed: count,
  changed: count,
  samples: z.array(rowDifference),
})
export type TableDifference = z.infer<typeof tableDifference>

/** How the next file differs from the live one as of a position, every state that a row was ever in counted as a row. */
export const viewDifference = z.object({ position: count, tables: z.record(z.string(), tableDifference) })
export type ViewDifference = z.infer<typeof viewDifference>

/** `POST /rebuild`. With `swap` the new file takes the live one's place as soon as it is ready. */
export const startRebuild = z.strictObject({ swap: z.boolean().default(false) })

/**
 * `GET /rebuild`, and each `progress` message of the same as server-sent events. `building` reads the log; `comparing` looks for
 * differences; `ready` waits for `POST /rebuild/swap` and keeps up with the log meanwhile; `swapping` catches up the last few.
 */
export const rebuildStatus = z.object({
  state: z.enum(['none', 'building', 'comparing', 'ready', 'swapping', 'rolling-back']),
  /** True if it takes the live one's place by itself. */
  swap: z.boolean(),
  /** The log position that the new file has come to, and that of the live one, which it has to reach. */
  position: count,
  target: count,
  /** Positions a second, and what is left at that rate; null while that is not known. */
  eventsPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  difference: viewDifference.nullable(),
  /** Why it stands still, or why the last one ended without success. */
  fault: z.string().nullable(),
  /** True if there is a file to roll back to. */
  canRollBack: z.boolean(),
  /** The version of the projections that the live file was built by, and that of the code. */
  liveVersion: count,
  codeVersion: count,
})
export type RebuildStatus = z.infer<typeof rebuildStatus>
