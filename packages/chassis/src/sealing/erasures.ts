import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import type { Database } from 'better-sqlite3'
import type { Clock } from '../clock.ts'
import { sweep } from '../files/sqlite.ts'
import { Reactions, reactionTablesNamed } from '../follow/reactions.ts'
import { derivedId } from '../ids.ts'
import type { Bus } from '../log/bus.ts'
import type { Logger } from '../logger.ts'
import { isProblem, Problem } from '../problem.ts'

const table = 'erasure'

/** The migration of a file that holds something of people. */
export const erasureTables = reactionTablesNamed(table)

/** That somebody was erased, as it stands in the log. */
interface Erasure {
  id: string
  position: number
  personId: string
}

interface ErasuresOptions {
  bus: Bus
  /** A file with `erasureTables`. */
  db: Database
  /** Other files that hold something of people, which follow the log by themselves. */
  others?: readonly { db: Database; position: () => number }[]
  clock: Clock
  logger: Logger
  /** The path of this service, `/comments`. */
  source: string
  /**
   * Takes everything of the person out of the rows, and says whether there was anything. Part of the transaction that reads the
   * event; again is harmless.
   */
  purge: (erasure: Erasure) => boolean
  /** Drops what is in memory: whoever was erased may be in it. */
  forget: () => void
  /** What this service says once it holds nothing more. */
  confirmation: (said: { personId: string; at: string }) => DomainEvent & { dataversion: number }
}

export type Erasures = ReturnType<typeof createErasures>

/**
 * What a service that holds something of people does when one is erased: it purges its rows in the order of the log, sweeps
 * its files so that nothing lingers on disk, and then confirms on the log, exactly once.
 */
export const createErasures = (options: ErasuresOptions) => {
  const { bus, db, others = [], clock, logger, source, purge, forget, confirmation } = options
  // What an earlier process has deleted and not swept is not known.
  let isSwept = false
  let isForgotten = true
  let wasHeld = false
  let erasedUpTo = 0
  /** The others have read of the erasures up to this position too. */
  const othersReached = (position: number): boolean => others.every((other) => other.position() >= position)

  const sweepAll = (): void => {
    if (isSwept) return
    for (const each of [db, ...others.map((other) => other.db)]) sweep(each)
    isSwept = true
    wasHeld = false
  }

  const sweepUnasked = (): void => {
    try {
      sweepAll()
    } catch (error) {
      logger.warn({ err: error }, 'what was erased could not be swept off the disk yet')
    }
  }

  const reactions = new Reactions<{ personId: string }>({
    db,
    logger,
    table,
    async react({ id, position, payload: { personId } }) {
      if (!othersReached(position))
        throw new Problem('unavailable', { detail: 'Another file has not read of this erasure yet.' })
      sweepAll()
      const said = confirmation({ personId, at: clock.now().toISOString() })
      try {
        await bus.append([{ ...said, id: derivedId('erasure', source, id), source, causationid: id }])
      } catch (error) {
        // It was said before, at another time of the clock.
        if (!isProblem(error, 'id-conflict')) throw error
      }
    },
  })

  return {
    /** Call it inside a follower's `apply`. */
    erased(erasure: Erasure): void {
      const { id, position, personId } = erasure
      wasHeld = purge(erasure) || wasHeld
      erasedUpTo = Math.max(erasedUpTo, position)
      reactions.due({ id, position, subject: personId, payload: { personId } })
      isForgotten = false
      // Also where nothing was held: what the person deleted by themselves may linger.
      isSwept = false
    },
    /** Something else was purged at this position: what was prepared is dropped, and the files are swept. Call it inside a follower's `apply`. */
    purged({ position }: { position: number }): void {
      wasHeld = true
      erasedUpTo = Math.max(erasedUpTo, position)
      isForgotten = false
      isSwept = false
    },
    /** Its own confirmation stands in the log: `causationid` is the event that it answers. Call it inside a follower's `apply`. */
    confirmed(causationId: string | undefined): void {
      if (causationId !== undefined) reactions.settled(causationId)
    },
    /** Call it after each commit, of the other files too. One of several files of a service that does not answer for it has `answers` false. */
    committed({ caughtUp, answers = true }: { caughtUp: boolean; answers?: boolean }): void {
      if (!isForgotten) forget()
      isForgotten = true
      // A file that is being rebuilt has answered most of them long ago, and is about to read that.
      if (!caughtUp) return
      if (answers) reactions.wake()
      // It was answered for by another file.
      if (wasHeld && reactions.status().due === 0 && othersReached(erasedUpTo)) sweepUnasked()
    },
    status: () => reactions.status(),
    stop: () => reactions.stop(),
  }
}
