import type { z } from 'zod'
import type { RecordedEvent } from '../envelope.ts'
import { backupEvents } from './backups.ts'
import { commentEvents } from './comments.ts'
import type { EventDefinition } from './define.ts'
import { figuresEvents } from './figures.ts'
import { mediaEvents } from './media.ts'
import { mediaSettingsEvents } from './media-settings.ts'
import { mentionEvents } from './mentions.ts'
import { moderationEvents } from './moderation.ts'
import { notificationEvents } from './notifications.ts'
import { postEvents } from './posts.ts'
import { settingsEvents } from './settings.ts'
import { userEvents } from './users.ts'

const definitions = {
  ...postEvents,
  ...commentEvents,
  ...moderationEvents,
  ...userEvents,
  ...settingsEvents,
  ...mediaSettingsEvents,
  ...notificationEvents,
  ...mentionEvents,
  ...mediaEvents,
  ...backupEvents,
  ...figuresEvents,
} as const

type Definitions = typeof definitions
export type EventType = keyof Definitions
export type EventData<Type extends EventType> = z.infer<Definitions[Type]['data']>
/** An event of the catalogue, told apart by its `type`. */
export type LogbookEvent<Type extends EventType = EventType> = {
  [Each in Type]: RecordedEvent<Each, EventData<Each>>
}[Type]

export const eventTypes = Object.keys(definitions) as EventType[]

/** The definition of each type, for code that treats all types alike. */
export const eventDefinitions: Readonly<Record<EventType, EventDefinition>> = definitions

/** Undefined for a type that is not in the catalogue. */
export const definitionOf = (type: string): EventDefinition | undefined =>
  Object.hasOwn(definitions, type) ? eventDefinitions[type as EventType] : undefined

/** The schema of an event's data, for the tests of producers. */
export const eventSchema = <Type extends EventType>(type: Type): Definitions[Type]['data'] =>
  definitions[type].data
