import { setImmediate as afterIo } from 'node:timers/promises'
import type { WakeSignal } from '@logbook/chassis/async/wake-signal.ts'
import { markAt } from '@logbook/chassis/log/identity.ts'
import type { LogStore, StoredPage } from '@logbook/chassis/log/log-store.ts'
import type { Response } from 'express'
import { mediaTypes } from '../http/media-types.ts'
import { limits } from '../limits.ts'
import { writeAndWait } from './flow.ts'
import type { Filter } from './queries.ts'

const framesOf = ({ events, positions, position }: StoredPage): string => {
  const frames = events.map((event, index) => `id: ${positions[index]}\ndata: ${event}\n\n`).join('')
  // The filter passed over what came after the last match: say so, or the reader would look through it again next time.
  const checkpoint = position > (positions.at(-1) ?? 0)
  return checkpoint
    ? `${frames}id: ${position}\nevent: checkpoint\ndata: {"position":${position}}\n\n`
    : frames
}

/** How the reader stands, told apart from the events by its name. */
const standing = (event: 'caught-up' | 'fell-behind', position: number): string =>
  `id: ${position}\nevent: ${event}\ndata: {"position":${position}}\n\n`

/** Which log it is, as a checkpoint at this position. */
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
  /** How large a page may be at the moment. */
  bytesMax?: () => number
  /** Told when the reader has caught up, and when it falls behind. */
  onStanding?: (caughtUp: boolean) => void
}

/**
 * Server-sent events: everything after a position, `caught-up` at the end of history, then everything that comes. A wake-up
 * says nothing but "look again": what is sent is always read after this reader's own cursor, in pages, as fast as it takes
 * them. `log` says which log it is when the stream begins and after each page. A reader that is more than a page behind later on is told `fell-behind`, is served from the log at its own speed, and is
 * told `caught-up` again. Resolves when the reader leaves or `ended` aborts.
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
  // Before the head: a log that can't be read is answered with a problem, not with a stream that breaks off.
  const first = await readOn()
  res.writeHead(200, {
    'Content-Type': mediaTypes.eventStream,
    'Cache-Control': 'no-store',
    // Proxies of the nginx family hold back what they may buffer.
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
      // A long replay takes turns with the requests of others.
      await afterIo()
      continue
    }
    if (!caughtUp) await writeAndWait(res, standing('caught-up', position))
    stands(true)
    // From here to the wait nothing is awaited, so an append either shows in the head or wakes.
    while (store.head() <= position && !ended.aborted) {
      const quiet = await signal.next({ signal: ended, timeoutMs: heartbeatMs })
      if (quiet === 'timeout') await writeAndWait(res, ': heartbeat\n\n')
    }
  }
  res.end()
}
