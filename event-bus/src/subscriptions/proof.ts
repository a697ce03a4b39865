import { setImmediate as afterIo } from 'node:timers/promises'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { SubscriptionProof } from '@logbook/contracts/http/subscription-proof.ts'
import { limits } from '../limits.ts'
import { noHash, rolled } from './rolling-hash.ts'
import type { SettledRow } from './rows.ts'
import type { SubscriptionStore } from './store.ts'
import type { Subscription } from './subscription.ts'

type Fault = NonNullable<SubscriptionProof['fault']>
type Log = Pick<LogStore, 'read'>
type Counts = Pick<SubscriptionProof, 'expected' | 'acknowledged' | 'skipped' | 'parked' | 'outstanding'>

const skippedShown = 100
const pageMax = 500

interface Proving {
  subscription: Subscription
  store: SubscriptionStore
  log: Log
  /** Aborts when the caller disconnects. */
  left: AbortSignal
}

interface Known {
  settled: SettledRow[]
  waiting: 'parked' | 'outstanding' | undefined
}

/** The state of each position of a range in the subscriptions' file. */
const knownBetween = (
  store: SubscriptionStore,
  run: number,
  range: { after: number; upTo: number },
): Map<number, Known> => {
  const known = new Map<number, Known>()
  const at = (position: number): Known => {
    const entry = known.get(position) ?? { settled: [], waiting: undefined }
    known.set(position, entry)
    return entry
  }
  for (const row of store.settledBetween(run, range)) at(row.position).settled.push(row)
  for (const { position, state } of store.between(run, range))
    at(position).waiting = state.kind === 'parked' ? 'parked' : 'outstanding'
  return known
}

const faultOf = (position: number, { settled, waiting }: Known): Fault | undefined => {
  if (settled.length === 0 && waiting === undefined)
    return { kind: 'missing', position, detail: 'It is in the log, and neither settled nor waiting.' }
  if (settled.length > 1)
    return { kind: 'doubled', position, detail: `It was settled ${settled.length} times.` }
  if (settled.length === 1 && waiting !== undefined)
    return { kind: 'doubled', position, detail: `It was settled, and is ${waiting} as well.` }
  return undefined
}

/** Compares every event of this subscription in the log, up to its cursor, with its recorded outcome. */
const proveAgainstLog = async (
  proving: Proving,
  { run, after, upTo }: { run: number; after: number; upTo: number },
): Promise<{ counts: Counts; fault: Fault | undefined }> => {
  const { subscription, store, log } = proving
  const { types, subjectPrefix = '' } = subscription.run.settings
  const counts: Counts = { expected: 0, acknowledged: 0, skipped: 0, parked: 0, outstanding: 0 }
  for (let from = after; from < upTo; ) {
    const request = { after: from, limit: pageMax, bytesMax: limits.chunkBytesMax }
    const page = await log.read({ ...request, ...(types ? { types } : {}) })
    assertGoesOn(proving, run)
    const end = Math.min(page.position, upTo)
    if (end <= from) {
      const detail = `It was read for this subscription, but the log ends at ${from}.`
      return { counts, fault: { kind: 'unexpected', position: from + 1, detail } }
    }
    // Nothing is awaited to the end of the page: a position is in one table or the other, never between.
    subscription.state.flush()
    const known = knownBetween(store, run, { after: from, upTo: end })
    const wanted = page.events
      .map((text) => JSON.parse(text) as RecordedEvent)
      .filter(({ position, subject }) => position <= end && subject.startsWith(subjectPrefix))
    for (const { position } of wanted) {
      const entry = known.get(position) ?? { settled: [], waiting: undefined }
      const fault = faultOf(position, entry)
      if (fault !== undefined) return { counts, fault }
      counts.expected += 1
      const [row] = entry.settled
      if (row !== undefined) counts[row.skippedAt === null ? 'acknowledged' : 'skipped'] += 1
      else if (entry.waiting !== undefined) counts[entry.waiting] += 1
      known.delete(position)
    }
    const [foreign] = [...known.keys()].sort((one, other) => one - other)
    if (foreign !== undefined) {
      const detail = 'It was read for this subscription, but the log has no such event for it.'
      return { counts, fault: { kind: 'unexpected', position: foreign, detail } }
    }
    from = end
    await afterIo()
  }
  return { counts, fault: undefined }
}

/** Looks events up by position, a page at a time: events that were settled together are mostly adjacent. */
const lookUpIn = (log: Log) => {
  let page = new Map<number, RecordedEvent>()
  return async (position: number): Promise<RecordedEvent | undefined> => {
    const there = page.get(position)
    if (there !== undefined) return there
    const read = await log.read({ after: position - 1, limit: pageMax, bytesMax: limits.chunkBytesMax })
    page = new Map(read.events.map((text, index) => [read.positions[index] ?? 0, JSON.parse(text)]))
    return page.get(position)
  }
}

/** The highest position of each of the last `subjectsMax` subjects met, so that a proof's memory is bounded. */
export class Furthest {
  readonly #positions = new Map<string, number>()
  readonly #subjectsMax: number

  constructor(subjectsMax: number) {
    this.#subjectsMax = subjectsMax
  }

  /** The highest position of a subject; 0 for one that was never met or was evicted. */
  of(subject: string): number {
    return this.#positions.get(subject) ?? 0
  }

  note(subject: string, position: number): void {
    this.#positions.set(subject, Math.max(this.of(subject), position))
    for (const oldest of this.#positions.keys()) {
      if (this.#positions.size <= this.#subjectsMax) break
      this.#positions.delete(oldest)
    }
  }
}

interface Rolling {
  hash: string
  count: number
}

/** Checks settlements in the order in which they were made: the order within each subject, and each consumer's hash. */
const proveOrder = async (
  proving: Proving,
  { run, sequence }: { run: number; sequence: number },
): Promise<{ rolling: Map<number, Rolling>; fault: Fault | undefined }> => {
  const { store, log } = proving
  const eventAt = lookUpIn(log)
  const furthest = new Furthest(limits.proofSubjectsMax)
  const rolling = new Map<number, Rolling>()
  for (let after = 0; after < sequence; ) {
    const rows = store.settledAfter(run, { after, limit: Math.min(pageMax, sequence - after) })
    if (rows.length === 0) break
    for (const { position, consumer, skippedAt } of rows) {
      const event = await eventAt(position)
      if (event === undefined)
        return { rolling, fault: { kind: 'unexpected', position, detail: 'It is not in the log.' } }
      // Skipped events may be skipped in any order, and are in no hash.
      if (skippedAt !== null) continue
      const last = furthest.of(event.subject)
      if (position < last) {
        const detail = `It was acknowledged after position ${last} of ${event.subject}.`
        return { rolling, fault: { kind: 'reordered', position, detail } }
      }
      furthest.note(event.subject, position)
      const before = rolling.get(consumer) ?? { hash: noHash, count: 0 }
      rolling.set(consumer, { hash: rolled(before.hash, event), count: before.count + 1 })
    }
    after = rows.at(-1)?.sequence ?? sequence
    await afterIo()
    assertGoesOn(proving, run)
  }
  return { rolling, fault: undefined }
}

const assertGoesOn = ({ subscription, left }: Proving, run: number): void => {
  if (left.aborted) throw new Problem('unavailable', { detail: 'The caller has disconnected.' })
  if (subscription.closed || subscription.run.run !== run)
    throw new Problem('conflict', { detail: 'The subscription was reset while it was being proved.' })
}

/**
 * Recomputes from the log the outcome and order of every event up to the subscription's cursor, and reports the first position that
 * differs. The order within a subject is checked for the last `proofSubjectsMax` subjects met.
 */
export const proveSubscription = async (proving: Proving): Promise<SubscriptionProof> => {
  const { subscription, store } = proving
  subscription.state.flush()
  const { run, origin: after, cursor: upTo, sequence } = subscription.run
  const consumers = subscription.state.consumers()
  const whole = await proveAgainstLog(proving, { run, after, upTo })
  const order = await proveOrder(proving, { run, sequence })
  const different = consumers.find(
    ({ consumer, hash }) => (order.rolling.get(consumer)?.hash ?? noHash) !== hash,
  )
  const hashFault: Fault | undefined = different && {
    kind: 'hash',
    position: upTo,
    detail: `What ${different.name} acknowledged does not follow from the log.`,
  }
  const fault = whole.fault ?? order.fault ?? hashFault ?? null
  return {
    ...{ ok: fault === null, epoch: run, after, upTo, ...whole.counts, fault },
    consumers: consumers.map(({ name, count, hash, confirmed }) => ({
      ...{ consumer: name, count, hash, confirmed },
    })),
    latestSkipped: store
      .latestSkipped(run, skippedShown)
      .map(({ position, consumer, reason, skippedAt }) => ({
        position,
        consumer: consumers.find((each) => each.consumer === consumer)?.name ?? '',
        reason: reason ?? '',
        at: new Date(skippedAt ?? 0).toISOString(),
      })),
  }
}
