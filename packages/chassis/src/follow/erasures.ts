import type { DomainEvent, RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { Database } from 'better-sqlite3'
import type { Clock } from '../clock.ts'
import { sweep } from '../files/sqlite.ts'
import { derivedId } from '../ids.ts'
import type { Bus } from '../log/bus.ts'
import type { Logger } from '../logger.ts'
import { isProblem, Problem } from '../problem.ts'
import type { Decoded } from './decode.ts'
import { Reactions, reactionTablesNamed } from './reactions.ts'

const table = 'erasure'

/** The migration of a file that holds something of people. */
export const erasureTables = reactionTablesNamed(table)

/** That somebody was erased, as it stands in the log. */
interface Erasure {
  id: string
  position: number
  personId: string
}

/** What the log says of erasures, for one service. Handed in, so that following knows no type of event. */
export interface ErasureEvents {
  types: readonly string[]
  /** `erased`: a person was. `confirmed`: this service has confirmed it, in answer to the event of its `causationid`. */
  read(recorded: RecordedEvent): Decoded<{ kind: 'erased'; personId: string } | { kind: 'confirmed' }>
  /** What this service says once it holds nothing of the person any more; `at` is RFC 3339. */
  confirmation(said: { personId: string; at: string }): DomainEvent & { dataversion: number }
}

/** What a service that holds something of people gives its follower. */
export interface ErasureOptions {
  events: ErasureEvents
  /** Other files that hold something of people, which follow the log by themselves. */
  others?: readonly { db: Database; position: () => number }[]
  clock: Clock
  /** The path of this service, `/comments`. */
  source: string
  /**
   * Takes everything of the person out of the rows, and says whether there was anything. Part of the transaction that reads the
   * event; again is harmless.
   */
  purge: (erasure: Erasure) => boolean
  /** Drops what is in memory: an erased person may be in it. */
  forget: () => void
  /** False while another file of the service confirms erasures in place of this one. */
  answers?: () => boolean
}

interface ErasuresOptions extends ErasureOptions {
  bus: Bus
  /** A file with `erasureTables`. */
  db: Database
  logger: Logger
}

export type Erasures = ReturnType<typeof createErasures>

/**
 * What a service that holds something of people does when one is erased: it purges its rows in the order of the log, sweeps
 * its files so that nothing lingers on disk, and then confirms on the log, exactly once.
 */
export const createErasures = (options: ErasuresOptions) => {
  const { bus, db, logger, events, others = [], clock, source, purge, forget, answers = () => true } = options
  let isForgotten = true
  // Positions of the log, none at first. What an earlier process has deleted and not swept is not known.
  /** Of the last erasure or take-down that was read here. */
  let readUpTo = -1
  /** Of the last that took something out of the rows here. */
  let heldUpTo = -1
  /** Every file was swept after it had read so far: what one of them deletes later needs a sweep of its own. */
  let sweptUpTo = -1
  /** The others have read of the erasures up to this position too. */
  const othersReached = (position: number): boolean => others.every((other) => other.position() >= position)

  /** Call it when every file has read up to this position. */
  const sweepAll = (position: number): void => {
    if (sweptUpTo >= position) return
    const reached = Math.min(Math.max(readUpTo, position), ...others.map((other) => other.position()))
    for (const each of [db, ...others.map((other) => other.db)]) sweep(each)
    sweptUpTo = reached
  }

  const sweepUnasked = (position: number): void => {
    try {
      sweepAll(position)
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
      sweepAll(position)
      const said = events.confirmation({ personId, at: clock.now().toISOString() })
      try {
        await bus.append([{ ...said, id: derivedId('erasure', source, id), source, causationid: id }])
      } catch (error) {
        // It was said before, at another time of the clock.
        if (!isProblem(error, 'id-conflict')) throw error
      }
    },
  })

  const erased = (erasure: Erasure): void => {
    const { id, position, personId } = erasure
    if (purge(erasure)) heldUpTo = Math.max(heldUpTo, position)
    readUpTo = Math.max(readUpTo, position)
    // Swept also where nothing was held: what the person deleted by themselves may linger.
    reactions.due({ id, position, subject: personId, payload: { personId } })
    isForgotten = false
    // An event that is read again, in a file that is rebuilt, needs another sweep.
    sweptUpTo = Math.min(sweptUpTo, position - 1)
  }

  return {
    /** What is to be done about an event that is about an erasure, inside the transaction that reads it. */
    decode(recorded: RecordedEvent): Decoded<() => void> {
      const decoded = events.read(recorded)
      if (decoded.kind !== 'event') return decoded
      const { id, position, causationid } = recorded
      const { event } = decoded
      if (event.kind === 'erased')
        return { kind: 'event', event: () => erased({ id, position, personId: event.personId }) }
      // Its own confirmation stands in the log: nothing is due any more.
      return { kind: 'event', event: () => causationid !== undefined && reactions.settled(causationid) }
    },
    /** Something else was purged at this position: what was prepared is dropped, and the files are swept. Call it inside a follower's `apply`. */
    purged({ position }: { position: number }): void {
      heldUpTo = Math.max(heldUpTo, position)
      readUpTo = Math.max(readUpTo, position)
      isForgotten = false
      sweptUpTo = Math.min(sweptUpTo, position - 1)
    },
    /** Call it after each commit, of the other files too. */
    committed({ caughtUp }: { caughtUp: boolean }): void {
      if (!isForgotten) forget()
      isForgotten = true
      // A file that is being rebuilt has answered most of them long ago, and is about to read that.
      if (!caughtUp) return
      if (answers()) reactions.wake()
      // It was answered for by another file.
      if (sweptUpTo < heldUpTo && reactions.status().due === 0 && othersReached(heldUpTo))
        sweepUnasked(heldUpTo)
    },
    parked: reactions.parked,
    status: () => reactions.status(),
    stop: () => reactions.stop(),
  }
}
