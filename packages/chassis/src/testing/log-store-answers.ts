import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { AppendOutcome, LogStore } from '../log/log-store.ts'

export const only = <Item>(items: readonly Item[]): Item => {
  const [item, ...others] = items
  if (item === undefined || others.length > 0) throw new Error(`expected one item, got ${items.length}`)
  return item
}

export const readAll = async (store: LogStore): Promise<RecordedEvent[]> =>
  (await store.read({ after: 0, limit: 100_000 })).events.map((text) => JSON.parse(text))

export const positionsOf = (outcome: AppendOutcome): number[] =>
  outcome.kind === 'refused' ? [] : outcome.events.map(({ position }) => position)

export const refusalOf = (outcome: AppendOutcome) => {
  if (outcome.kind !== 'refused') throw new Error(`expected a refusal, got ${outcome.kind}`)
  return { code: outcome.problem.code, ...outcome.problem.details.extensions }
}
