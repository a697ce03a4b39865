import type { Fault } from './faults.ts'
import type { Delivery, Recorded } from './history.ts'

const told = ({ id, position, claimer, token }: Delivery): string =>
  `${id} at ${position} (${claimer}, token ${token})`

/** When the lease is surely over: it ran out, or its holder began to hand it back. */
const endOf = ({ until, handedBackAt }: Delivery): number => Math.min(until, handedBackAt ?? until)

/** Of one subject at most one event is out at a time, and none comes again once a later one has gone out. */
function* subjectFaults(deliveries: readonly Delivery[]): Iterable<Fault> {
  let furthest: Delivery | undefined
  let longest: Delivery | undefined
  for (const delivery of deliveries) {
    // Tokens rise from claim to claim, so the lease of `longest` was given before this one came.
    if (longest !== undefined && delivery.at < endOf(longest))
      yield {
        kind: 'leasedTwice',
        text: `${told(delivery)} came ${endOf(longest) - delivery.at} ms before the lease of ${told(longest)} was over.`,
      }
    if (furthest !== undefined && delivery.version < furthest.version)
      yield {
        kind: 'outOfOrder',
        text: `${told(delivery)} came after ${told(furthest)} of ${delivery.subject}.`,
      }
    if (furthest === undefined || delivery.version > furthest.version) furthest = delivery
    if (longest === undefined || endOf(delivery) > endOf(longest)) longest = delivery
  }
}

/**
 * What the claimers were given, against the log. An acknowledgement whose confirmation was lost on the way is no fault, and
 * neither is a second delivery after a lease has run out: the subscription promises at least once.
 */
export function* deliveryFaults(deliveries: readonly Delivery[], log: readonly Recorded[]): Iterable<Fault> {
  const delivered = new Set<number>()
  const settled = new Set<number>()
  const recorded = new Map(log.map((event) => [event.position, event.id]))
  for (const delivery of deliveries) {
    const { position, previous, id } = delivery
    delivered.add(position)
    if (recorded.get(position) !== id)
      yield { kind: 'lost', text: `${told(delivery)} was delivered; the log has ${recorded.get(position)}.` }
    if (previous !== position - 1)
      yield { kind: 'gaps', text: `${told(delivery)} was delivered as the next after ${previous}.` }
    if (!delivery.acknowledged) continue
    if (settled.has(position))
      yield { kind: 'doubled', text: `${told(delivery)} was acknowledged twice, and confirmed twice.` }
    settled.add(position)
  }
  for (const { position, id } of log)
    if (!delivered.has(position)) yield { kind: 'lost', text: `${id} at ${position} was never delivered.` }
  const inTurn = deliveries.toSorted((one, other) => one.token - other.token)
  for (const ofSubject of Map.groupBy(inTurn, ({ subject }) => subject).values())
    yield* subjectFaults(ofSubject)
}
