import { pause } from '@logbook/chassis/async/pause.ts'
import { systemClock } from '@logbook/chassis/clock.ts'
import { type Database, openReadOnly } from '@logbook/chassis/files/sqlite.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { ViewDifference } from '@logbook/contracts/http/rebuild.ts'
import { createView } from '../follower.ts'
import { limits } from '../limits.ts'
import { openView } from '../open.ts'
import { rowTables, searchedTables, viewDifference } from './diff.ts'
import { searchFileOf } from './registry.ts'

export interface BuildTask {
  /** The file to be built, new or begun. */
  file: string
  /** The live file, for the comparison; null if it is of another log. */
  liveFile: string | null
}

export type BuildMessage =
  | { kind: 'progress'; position: number; fault: string | null }
  | { kind: 'comparing' }
  | { kind: 'built'; position: number; difference: ViewDifference | null }
  | { kind: 'failed'; reason: string }

export interface BuildOptions extends BuildTask {
  bus: Bus
  logger: Logger
  tell: (message: BuildMessage) => void
}

/** A running build. `stop` resolves when its file is closed, consistent up to its checkpoint. */
export interface Build {
  stop(): Promise<void>
}

const checkpointIn = (db: Database) =>
  db.prepare<[], number>('SELECT coalesce(max(position), 0) FROM checkpoint').pluck()

/** Resolves when the checkpoints of all files have reached this position. */
const allReached = async (
  files: readonly Database[],
  { position, signal }: { position: number; signal: AbortSignal },
): Promise<void> => {
  const checkpoints = files.map(checkpointIn)
  const isBehind = () => checkpoints.some((checkpoint) => (checkpoint.get() ?? 0) < position)
  while (!signal.aborted && isBehind()) await pause(limits.rebuildPollMs, signal)
}

/**
 * Builds a file from its checkpoint on, compares it with the live one, and then keeps it up to date until it is stopped. It has no
 * listener. It can run in a thread, because it depends on its arguments alone.
 */
export const startBuild = ({ bus, logger, file, liveFile, tell }: BuildOptions): Build => {
  const onOtherLog = () => tell({ kind: 'failed', reason: 'The log was restored after the rebuild began.' })
  const view = createView({ bus, files: openView(file), logger, clock: systemClock, onOtherLog })
  const ended = new AbortController()
  const { signal } = ended

  const compare = async (): Promise<void> => {
    const { position } = view.follower
    if (liveFile === null) return tell({ kind: 'built', position, difference: null })
    tell({ kind: 'comparing' })
    const pairs = [
      { live: openReadOnly(liveFile), next: openReadOnly(file), tables: rowTables },
      {
        live: openReadOnly(searchFileOf(liveFile)),
        next: openReadOnly(searchFileOf(file)),
        tables: searchedTables,
      },
    ]
    const opened = pairs.flatMap(({ live, next }) => [live, next])
    try {
      await allReached(opened, { position, signal })
      if (signal.aborted) return
      tell({ kind: 'built', position, difference: await viewDifference(pairs, position) })
    } finally {
      for (const db of opened) db.close()
    }
  }

  const run = async (): Promise<void> => {
    const { follower, search } = view
    follower.start()
    while (!signal.aborted && !(follower.caughtUp && search.follower.caughtUp)) {
      const { position, fault } = follower.status()
      tell({
        kind: 'progress',
        position: Math.min(position, ...(follower.caughtUp ? [search.follower.position] : [])),
        fault,
      })
      await pause(limits.rebuildProgressMs, signal)
    }
    if (!signal.aborted) await compare()
  }

  const running = run().catch((error: unknown) => {
    logger.error({ err: error }, 'the rebuild failed')
    tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) })
  })
  return {
    async stop() {
      ended.abort()
      await running
      await view.close()
    },
  }
}
