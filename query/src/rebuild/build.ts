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
  /** The file to be built, or to be gone on with. */
  file: string
  /** The live file, to be compared with once it is built; null where that is built from another log. */
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

/** A build under way. `stop` resolves when its file is closed: whole, up to some position. */
export interface Build {
  stop(): Promise<void>
}

const checkpointIn = (db: Database) =>
  db.prepare<[], number>('SELECT coalesce(max(position), 0) FROM checkpoint').pluck()

/** Resolves when every file has read this far. */
const allReached = async (
  files: readonly Database[],
  { position, signal }: { position: number; signal: AbortSignal },
): Promise<void> => {
  const checkpoints = files.map(checkpointIn)
  const isBehind = () => checkpoints.some((checkpoint) => (checkpoint.get() ?? 0) < position)
  while (!signal.aborted && isBehind()) await pause(limits.rebuildPollMs, signal)
}

/**
 * Builds a file from wherever its checkpoint stands, compares it with the live one, and then keeps it up to date until it is
 * stopped. Nobody hears of what it applies. Runs as well in a thread of its own, since it takes all that it knows as arguments.
 */
export const startBuild = ({ bus, logger, file, liveFile, tell }: BuildOptions): Build => {
  const onOtherLog = () => tell({ kind: 'failed', reason: 'The log was restored since this was begun.' })
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
