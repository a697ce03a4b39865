import { deliveryFaults } from './checker-deliveries.ts'
import type { Fault } from './faults.ts'
import type { Append, Followed, History, Recorded } from './history.ts'

const place = ({ id, position }: Pick<Recorded, 'id' | 'position'>): string => `${id} at ${position}`

/** The log by itself: positions and versions count on, no id comes twice. */
function* logFaults(log: readonly Recorded[]): Iterable<Fault> {
  const ids = new Set<string>()
  const versions = new Map<string, number>()
  let last = 0
  for (const event of log) {
    if (ids.has(event.id)) yield { kind: 'doubled', text: `${place(event)} was in the log already.` }
    ids.add(event.id)
    if (event.position <= last) yield { kind: 'outOfOrder', text: `${place(event)} comes after ${last}.` }
    else if (event.position > last + 1) yield { kind: 'gaps', text: `${place(event)} comes after ${last}.` }
    last = Math.max(last, event.position)
    const version = versions.get(event.subject) ?? 0
    if (event.version <= version)
      yield {
        kind: 'outOfOrder',
        text: `${place(event)} is ${event.subject} ${event.version} after ${version}.`,
      }
    else if (event.version > version + 1)
      yield { kind: 'gaps', text: `${place(event)} is ${event.subject} ${event.version} after ${version}.` }
    versions.set(event.subject, Math.max(version, event.version))
  }
}

type ById = ReadonlyMap<string, Recorded>

function* appendFaults({ ids, outcome, answer }: Append, byId: ById): Iterable<Fault> {
  const there = ids.flatMap((id) => byId.get(id) ?? [])
  if (outcome === 'refused') {
    for (const event of there) yield { kind: 'invented', text: `${place(event)} was refused.` }
    return
  }
  if (there.length > 0 && there.length < ids.length)
    yield { kind: 'torn', text: `Of ${ids.join(' and ')} only ${there.map(place).join(', ')} is there.` }
  const first = there[0]?.position ?? 0
  if (there.length === ids.length && there.some(({ position }, index) => position !== first + index))
    yield { kind: 'torn', text: `${there.map(place).join(', ')} is one append and does not stand together.` }
  if (outcome === 'unknown') return
  for (const answered of answer) {
    const event = byId.get(answered.id)
    if (event === undefined) yield { kind: 'lost', text: `${place(answered)} was acknowledged.` }
    else if (event.position !== answered.position || event.version !== answered.version)
      yield {
        kind: 'lost',
        text: `${place(answered)} was acknowledged as version ${answered.version}; the log has ${place(event)}, version ${event.version}.`,
      }
  }
}

function* inventedFaults({ log, appends }: History): Iterable<Fault> {
  const sent = new Set(appends.flatMap(({ ids }) => ids))
  for (const event of log)
    if (!sent.has(event.id)) yield { kind: 'invented', text: `${place(event)} was never sent.` }
}

/** An append that began after another was acknowledged stands behind it. */
function* realTimeFaults(appends: readonly Append[]): Iterable<Fault> {
  const acknowledged = appends.filter(({ outcome }) => outcome === 'acknowledged')
  const byEnd = acknowledged.toSorted((one, other) => one.endedAt - other.endedAt)
  let highest: Recorded | undefined
  let ended = 0
  for (const { startedAt, answer } of acknowledged.toSorted(
    (one, other) => one.startedAt - other.startedAt,
  )) {
    for (let next = byEnd[ended]; next !== undefined && next.endedAt < startedAt; next = byEnd[++ended])
      for (const event of next.answer)
        if (highest === undefined || event.position > highest.position) highest = event
    const [first] = answer
    if (highest !== undefined && first !== undefined && first.position < highest.position)
      yield {
        kind: 'outOfOrder',
        text: `${place(first)} was begun after ${place(highest)} had been acknowledged.`,
      }
  }
}

/** A follower sees every position once, in order, to the end, and what it sees is what the log has. */
function* followerFaults({ name, saw }: Followed, log: readonly Recorded[]): Iterable<Fault> {
  const recorded = new Map(log.map((event) => [event.position, event.id]))
  const seen = new Set<number>()
  let last = 0
  for (const event of saw) {
    if (seen.has(event.position)) yield { kind: 'doubled', text: `${name} saw ${place(event)} twice.` }
    else if (event.position < last)
      yield { kind: 'outOfOrder', text: `${name} saw ${place(event)} after ${last}.` }
    else if (event.position > last + 1)
      yield { kind: 'gaps', text: `${name} saw ${place(event)} after ${last}.` }
    if (recorded.get(event.position) !== event.id)
      yield {
        kind: 'lost',
        text: `${name} saw ${place(event)}; the log has ${recorded.get(event.position)}.`,
      }
    seen.add(event.position)
    last = Math.max(last, event.position)
  }
  const end = log.at(-1)?.position ?? 0
  if (last < end) yield { kind: 'lost', text: `${name} saw nothing after ${last}; the log ends at ${end}.` }
}

/** Everything wrong with a history, lowest layer first; nothing where all guarantees held. Pure. */
export function* faultsOf(history: History): Iterable<Fault> {
  const { log, appends, followers, deliveries } = history
  const byId = new Map(log.map((event) => [event.id, event]))
  yield* logFaults(log)
  for (const append of appends) yield* appendFaults(append, byId)
  yield* inventedFaults(history)
  yield* realTimeFaults(appends)
  for (const follower of followers) yield* followerFaults(follower, log)
  yield* deliveryFaults(deliveries, log)
}
