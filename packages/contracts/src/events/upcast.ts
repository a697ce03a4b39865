import type { RecordedEvent } from '../envelope.ts'

/** Turns the data of one dataversion into that of the next. Pure and total: what it can't read it returns as it is. */
type Upcaster = (data: unknown) => unknown

/**
 * Every step from an older shape to the next, by event type; the first entry lifts version 1 to 2. An event's present
 * dataversion is one more than its steps, so that a schema change and its upcast can't be made apart.
 */
const upcasters: Readonly<Record<string, readonly Upcaster[]>> = {}

export const currentDataVersion = (type: string, steps = upcasters): number => (steps[type]?.length ?? 0) + 1

/** The event's data in today's shape. */
export const upcast = (
  { type, dataversion, data }: Pick<RecordedEvent, 'type' | 'dataversion' | 'data'>,
  steps = upcasters,
): unknown => (steps[type] ?? []).slice(dataversion - 1).reduce((older, lift) => lift(older), data)
