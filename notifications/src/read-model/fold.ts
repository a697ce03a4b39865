import type { EventType, LogbookEvent } from '@logbook/contracts/events/catalog.ts'

/** Applies events of a type to tables. */
export type Fold<Type extends EventType> = (event: LogbookEvent<Type>) => void
