import { systemClock } from '@logbook/chassis/clock.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/log.ts'
import { pause } from '@logbook/chassis/pause.ts'
import { type Database, openReadOnly } from '@logbook/chassis/sqlite.ts'
import type { ViewDifference } from '@logbook/contracts/http/rebuild.ts'
import { limits } from '../limits.ts'
import { openView } from '../open-view.ts'
import { createView } from '../view.ts'
import { viewDifference } from './diff.ts'

export interface BuildTask {
  /** The file to be built, or to be gone on with. */
  file: string
  /** The live file, to be compared with once it is built. */
  liveFile: string
}

export type BuildMessage =
  | { kind: 'progress'; position: number; fault: string | null }
  | { kind: 'comparing' }
  | { kind: 'built'; difference: ViewDifference }
  | { kind: 'failed'; reason: string }

export interface BuildOptions extends BuildTask {
  bus: Bus
  log: Logger
  tell: (message: BuildMessage) => void
}

/** A build under way. `stop` resolves when its file is closed: whole, up to some position. */
export interface Build {
  stop(): Promise<void>
}

const liveReached = async (live: Database, position: number, signal: AbortSignal): Promise<void> => {
  const checkpoint = live.prepare<[], number>("SELECT position FROM checkpoint WHERE name = 'query'").pluck()
  while ((checkpoint.get() ?? 0) < position && !signal.aborted) await pause(limits.rebuildPollMs, signal)
}

/**
 * Builds a file from wherever its checkpoint stands, compares it with the live one, and then keeps it up to date until it is
 * stopped. Nobody hears of what it applies. Runs as well in a thread of its own, since it takes all that it knows as arguments.
 */
export const startBuild = ({ bus, log, file, liveFile, tell }: BuildOptions): Build => {
  const view = createView({ bus, db: openView(file), log, clock: systemClock, others: [] })
  const ended = new AbortController()
  const { signal } = ended

  const compare = async (): Promise<void> => {
    tell({ kind: 'comparing' })
    const { position } = view.follower
    const live = openReadOnly(liveFile)
    const next = openReadOnly(file)
    try {
      await liveReached(live, position, signal)
      if (signal.aborted) return
      tell({ kind: 'built', difference: await viewDifference({ live, next, position }) })
    } finally {
      live.close()
      next.close()
    }
  }

  const run = async (): Promise<void> => {
    view.follower.start()
    while (!signal.aborted && !view.follower.caughtUp) {
      const { position, fault } = view.follower.status()
      tell({ kind: 'progress', position, fault })
      await pause(limits.rebuildProgressMs, signal)
    }
    if (!signal.aborted) await compare()
  }

  const running = run().catch((error: unknown) => {
    log.error({ err: error }, 'the rebuild failed')
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
