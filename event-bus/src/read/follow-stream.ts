import { setImmediate as afterIo } from 'node:timers/promises'
import type { WakeSignal } from '@logbook/chassis/async/wake-signal.ts'
import { markAt } from '@logbook/chassis/log/identity.ts'
import type { LogStore, StoredPage } from '@logbook/chassis/log/log-store.ts'
import { mediaTypes } from '@logbook/contracts/http/media-types.ts'
import type { Response } from 'express'
import { limits } from '../limits.ts'
import { writeAndWait } from './flow.ts'
import type { Filter } from './queries.ts'

const framesOf = ({ events, positions, position }: StoredPage): string => {
  const frames = events.map((event, index) => `id: ${positions[index]}\ndata: ${event}\n\n`).join('')
  // The filter skipped events after the last match: send the position, or the reader would scan them again next time.
  const checkpoint = position > (positions.at(-1) ?? 0)
  return checkpoint
    ? `${frames}id: ${position}\nevent: checkpoint\ndata: {"position":${position}}\n\n`
    : frames
}

/** A message about the reader's state, distinguished from events by its name. */
const standing = (event: 'caught-up' | 'fell-behind', position: number): string =>
  `id: ${position}\nevent: ${event}\ndata: {"position":${position}}\n\n`

/** The identity of the log, as a checkpoint at this position. */
const markOf = async (store: Following['store'], position: number): Promise<string> =>
  `id: ${position}\nevent: log\ndata: ${JSON.stringify(await markAt(store, position))}\n\n`

interface Following {
  store: Pick<LogStore, 'read' | 'head' | 'identity' | 'checksumAt'>
  signal: WakeSignal
  res: Response
  after: number
  filter: Filter
  /** Ends the answer. */
  ended: AbortSignal
  heartbeatMs?: number
  /** The present bound of a page. */
  bytesMax?: () => number
  /** Called when the reader has caught up, and when it falls behind. */
  onStanding?: (caughtUp: boolean) => void
}

/**
 * Server-sent events: everything after a position, `caught-up` at the end of history, then live events. A wake-up only means
 * "look again": events are always read after this reader's own cursor, in pages, at the reader's speed. A `log` message identifies the
 * log at the start and after each page. A live reader that is more than a page behind gets `fell-behind`, is served from the log, and
 * gets `caught-up` again. Resolves when the reader disconnects or `ended` aborts.
 */
export const followStream = async (following: Following): Promise<void> => {
  const { store, signal, res, filter, ended, heartbeatMs = limits.heartbeatMs } = following
  const { bytesMax = () => limits.chunkBytesMax } = following
  let position = following.after
  let caughtUp = false
  const stands = (now: boolean): void => {
    if (now !== caughtUp) following.onStanding?.(now)
    caughtUp = now
  }
  const readOn = () =>
    store.read({ after: position, limit: limits.chunkEventsMax, bytesMax: bytesMax(), ...filter })
  // Read before the headers are sent: a log that can't be read is answered with a problem, not with a broken stream.
  const first = await readOn()
  res.writeHead(200, {
    'Content-Type': mediaTypes.eventStream,
    'Cache-Control': 'no-store',
    // nginx would buffer the stream.
    'X-Accel-Buffering': 'no',
  })
  res.flushHeaders()
  await writeAndWait(res, await markOf(store, position))
  for (let page = first; !ended.aborted; page = await readOn()) {
    if (page.position > position)
      await writeAndWait(res, framesOf(page) + (await markOf(store, page.position)))
    position = page.position
    if (page.more) {
      if (caughtUp) await writeAndWait(res, standing('fell-behind', position))
      stands(false)
      // A long replay yields to other requests.
      await afterIo()
      continue
    }
    if (!caughtUp) await writeAndWait(res, standing('caught-up', position))
    stands(true)
    // Nothing is awaited from here to the wait, so an append is either seen in the head or wakes.
    while (store.head() <= position && !ended.aborted) {
      const quiet = await signal.next({ signal: ended, timeoutMs: heartbeatMs })
      if (quiet === 'timeout') await writeAndWait(res, ': heartbeat\n\n')
    }
  }
  res.end()
}
