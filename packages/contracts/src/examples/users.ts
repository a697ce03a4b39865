import type { EventData } from '../events/catalog.ts'
import { erasureSubject, userSubject } from '../events/users.ts'
import { type Envelope, recordedExample } from './recorded.ts'

export const exampleUserId = '01920000-0000-7000-8000-0000000000b1'
const exampleOwnerId = '01920000-0000-7000-8000-0000000000b2'

const source = '/accounts'

export const userRegistered = (data: Partial<EventData<'UserRegistered'>> = {}, envelope: Envelope = {}) => {
  const whole = {
    id: exampleUserId,
    role: 'reader' as const,
    registeredAt: '2026-03-01T08:00:00.000Z',
    name: 'A reader',
    ...data,
  }
  return recordedExample('UserRegistered', { source, subject: userSubject(whole.id), data: whole, envelope })
}

export const userRenamed = (data: Partial<EventData<'UserRenamed'>> = {}, envelope: Envelope = {}) => {
  const whole = { id: exampleUserId, name: 'Another name', ...data }
  return recordedExample('UserRenamed', { source, subject: userSubject(whole.id), data: whole, envelope })
}

export const userRoleChanged = (
  data: Partial<EventData<'UserRoleChanged'>> = {},
  envelope: Envelope = {},
) => {
  const whole = { id: exampleUserId, role: 'author' as const, by: exampleOwnerId, ...data }
  return recordedExample('UserRoleChanged', { source, subject: userSubject(whole.id), data: whole, envelope })
}

export const userErased = (data: Partial<EventData<'UserErased'>> = {}, envelope: Envelope = {}) => {
  const whole = { id: exampleUserId, erasedAt: '2026-03-06T08:00:00.000Z', by: exampleUserId, ...data }
  return recordedExample('UserErased', { source, subject: userSubject(whole.id), data: whole, envelope })
}

export const erasureConfirmed = (
  data: Partial<EventData<'ErasureConfirmed'>> = {},
  envelope: Envelope = {},
) => {
  const whole = {
    id: exampleUserId,
    service: 'comments' as const,
    confirmedAt: '2026-03-06T08:00:01.000Z',
    ...data,
  }
  const from = { source: `/${whole.service}`, subject: erasureSubject(whole.id) }
  return recordedExample('ErasureConfirmed', { ...from, data: whole, envelope })
}

/** One of each type and shape, as they come without overrides. */
export const userExamples = () => [
  userRegistered(),
  userRenamed(),
  userRoleChanged(),
  userErased(),
  erasureConfirmed(),
]
