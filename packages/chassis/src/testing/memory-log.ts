import { randomUUID } from 'node:crypto'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { chained, genesis } from '../log/checksum-chain.ts'
import type { CompleteEvent, LogStore, ReadRequest, StoredIdentity, StoredPage } from '../log/log-store.ts'
import { placeAppends } from '../log/placement.ts'
import { recordedText } from '../log/recorded-text.ts'

const newIdentity = (): StoredIdentity => ({
  id: randomUUID(),
  epoch: 1,
  begins: [{ epoch: 1, after: 0 }],
})

/** A log in memory, for tests: the same protocol as the real one, and nothing of it survives. */
export const memoryLog = (identity: StoredIdentity = newIdentity()): LogStore => {
  const checksums = [genesis]
  const log: { event: RecordedEvent; text: string }[] = []
  const places = new Map<string, number>()
  const streams = new Map<string, number[]>()

  const eventAt = (position: number) => {
    const entry = log[position - 1]
    if (entry === undefined) throw new RangeError(`No event at ${position}`)
    return entry
  }

  const take = (positions: Iterable<number>, { limit, bytesMax = Infinity }: Omit<ReadRequest, 'after'>) => {
    const page: Pick<StoredPage, 'events' | 'positions'> = { events: [], positions: [] }
    let bytes = 0
    for (const position of positions) {
      if (page.events.length >= limit || bytes >= bytesMax) return { ...page, full: true }
      const { text } = eventAt(position)
      page.events.push(text)
      page.positions.push(position)
      bytes += Buffer.byteLength(text)
    }
    return { ...page, full: false }
  }

  return {
    async append(requests) {
      const { outcomes, placed } = placeAppends(requests, {
        head: log.length,
        versionOf: (subject) => streams.get(subject)?.length ?? 0,
        recorded: (id) => {
          const position = places.get(id)
          return position === undefined ? undefined : eventAt(position).event
        },
      })
      for (const { event, position, version } of placed) {
        const text = recordedText(event, { position, version })
        log.push({ event: JSON.parse(text), text })
        checksums.push(chained(checksums.at(-1) ?? genesis, text))
        places.set(event.id, position)
        const stream = streams.get(event.subject)
        if (stream) stream.push(position)
        else streams.set(event.subject, [position])
      }
      return outcomes
    },
    async read({ after, types, subject, ...bounds }) {
      const matching = log
        .slice(after)
        .map(({ event }) => event)
        .filter((event) => types === undefined || types.includes(event.type))
        .filter((event) => subject === undefined || event.subject === subject)
        .map(({ position }) => position)
      const { full, ...page } = take(matching, bounds)
      const position = full ? (page.positions.at(-1) ?? after) : Math.max(after, log.length)
      return { ...page, position, more: position < log.length }
    },
    async readStream(subject, { after, ...bounds }) {
      const stream = streams.get(subject) ?? []
      const { full, ...page } = take(stream.slice(after), bounds)
      const positions = page.positions.map((_, index) => after + index + 1)
      return {
        events: page.events,
        positions,
        position: positions.at(-1) ?? after,
        more: full,
        version: stream.length,
      }
    },
    head: () => log.length,
    identity,
    checksumAt: async (position) => checksums[position],
    close: async () => {},
  }
}

/**
 * What a copy of a log's file holds, taken at a position and put in its place: as `npm run log -- restore` does it, which raises the
 * epoch, or by hand, which does not.
 */
export const copyOfLog = async (
  log: LogStore,
  { upTo, by }: { upTo: number; by: 'restore' | 'hand' },
): Promise<LogStore> => {
  const { id, epoch, begins } = log.identity
  const raised = { id, epoch: epoch + 1, begins: [...begins, { epoch: epoch + 1, after: upTo }] }
  const copy = memoryLog(by === 'restore' ? raised : log.identity)
  const { events } = await log.read({ after: 0, limit: upTo })
  for (const text of events.slice(0, upTo)) {
    const { position: _, version: __, ...event } = JSON.parse(text) as RecordedEvent
    await copy.append([[event as CompleteEvent]])
  }
  return copy
}
