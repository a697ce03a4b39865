import type { Decode } from '@logbook/chassis/follow/follower.ts'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import { decodeEvent, type LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { userEvents, userSubject } from '@logbook/contracts/events/users.ts'
import type { Role } from '@logbook/contracts/identity.ts'

export type UserEvent = LogbookEvent<keyof typeof userEvents>

/** What the log has been told of a person. */
export type Told =
  | { kind: 'nothing' }
  | { kind: 'person'; name: string | null; role: Role }
  | { kind: 'erased' }

export const initialTold: Told = { kind: 'nothing' }

/** What is true of a person now, as this service's file has it. */
export type Truth =
  | { kind: 'person'; id: string; name: string; role: Role; roleBy: string | null; registeredAt: string }
  | { kind: 'erased'; id: string; erasedAt: string; by: string | null }

const isOfUser = (event: LogbookEvent): event is UserEvent => Object.hasOwn(userEvents, event.type)

export const decodeUser: Decode<UserEvent> = (recorded) => {
  const decoded = decodeEvent(recorded)
  if (decoded.kind !== 'event') return decoded
  const { event } = decoded
  return isOfUser(event) ? { kind: 'event', event } : { kind: 'foreign' }
}

export const evolve = (told: Told, event: UserEvent): Told => {
  switch (event.type) {
    case 'UserRegistered':
      return told.kind === 'nothing' ? { kind: 'person', name: event.data.name, role: event.data.role } : told
    case 'UserRenamed':
      return told.kind === 'person' ? { ...told, name: event.data.name } : told
    case 'UserRoleChanged':
      return told.kind === 'person' ? { ...told, role: event.data.role } : told
    case 'UserErased':
      return { kind: 'erased' }
    case 'ErasureConfirmed':
      return told
    default:
      return event satisfies never
  }
}

/** What is still to be told. Nothing where the log has it all; nothing ever again of who is erased. */
export const decide = (told: Told, truth: Truth): readonly DomainEvent[] => {
  const { id } = truth
  const event = (type: UserEvent['type'], data: Record<string, unknown>): DomainEvent => ({
    type,
    subject: userSubject(id),
    data: { id, ...data },
  })
  if (told.kind === 'erased') return []
  if (truth.kind === 'erased') return [event('UserErased', { erasedAt: truth.erasedAt, by: truth.by })]
  const { name, role, roleBy: by, registeredAt } = truth
  if (told.kind === 'nothing') return [event('UserRegistered', { role, registeredAt, name })]
  return [
    ...(told.name === name ? [] : [event('UserRenamed', { name })]),
    ...(told.role === role ? [] : [event('UserRoleChanged', { role, by })]),
  ]
}
