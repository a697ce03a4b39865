import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { typesOf } from '@logbook/contracts/events/define.ts'
import { newEvent } from '@logbook/contracts/events/new-event.ts'
import { userEvents } from '@logbook/contracts/events/users.ts'
import type { Role } from '@logbook/contracts/identity.ts'

export type UserEvent = LogbookEvent<keyof typeof userEvents>

/** A person as the log has them. */
export type PublishedUser =
  | { kind: 'absent' }
  | { kind: 'person'; name: string | null; picture: string | null; role: Role }
  | { kind: 'erased' }

export const unpublishedUser: PublishedUser = { kind: 'absent' }

/** A person as the accounts file has them now. */
export type CurrentUser =
  | {
      kind: 'person'
      id: string
      name: string
      picture: string | null
      role: Role
      roleBy: string | null
      registeredAt: string
    }
  | { kind: 'erased'; id: string; erasedAt: string; by: string | null }

export const decodeUser = decodeOf(typesOf(userEvents))

export const evolve = (user: PublishedUser, event: UserEvent): PublishedUser => {
  switch (event.type) {
    case 'UserRegistered':
      return user.kind === 'absent'
        ? { kind: 'person', name: event.data.name, picture: null, role: event.data.role }
        : user
    case 'UserRenamed':
      return user.kind === 'person' ? { ...user, name: event.data.name } : user
    case 'UserPictured':
      return user.kind === 'person' ? { ...user, picture: event.data.picture } : user
    case 'UserRoleChanged':
      return user.kind === 'person' ? { ...user, role: event.data.role } : user
    case 'UserErased':
      return { kind: 'erased' }
    case 'ErasureConfirmed':
      return user
    default:
      return event satisfies never
  }
}

/** The events that bring the log up to the accounts file. Empty where the log is up to date, and for an erased person. */
export const decide = (published: PublishedUser, current: CurrentUser): readonly DomainEvent[] => {
  const { id } = current
  if (published.kind === 'erased') return []
  if (current.kind === 'erased')
    return [newEvent('UserErased', { id, erasedAt: current.erasedAt, by: current.by })]
  const { name, picture, role, roleBy: by, registeredAt } = current
  const before = published.kind === 'absent' ? { name, role, picture: null } : published
  return [
    ...(published.kind === 'absent' ? [newEvent('UserRegistered', { id, role, registeredAt, name })] : []),
    ...(before.name === name ? [] : [newEvent('UserRenamed', { id, name })]),
    ...(before.picture === picture ? [] : [newEvent('UserPictured', { id, picture })]),
    ...(before.role === role ? [] : [newEvent('UserRoleChanged', { id, role, by })]),
  ]
}
