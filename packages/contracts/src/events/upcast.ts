import type { RecordedEvent } from '../envelope.ts'
import { definitionOf } from './catalog.ts'
import type { Upcast } from './define.ts'

/** The dataversion of today's shape; 1 for a type that is not in the catalogue. */
export const currentDataVersion = (type: string): number => definitionOf(type)?.dataversion ?? 1

/** An event's data in today's shape, by the upcasts of its definition. */
export const upcast = (
  { dataversion, data }: Pick<RecordedEvent, 'dataversion' | 'data'>,
  { upcasts }: { upcasts: readonly Upcast[] },
): unknown => upcasts.slice(dataversion - 1).reduce((older, lift) => lift(older), data)
