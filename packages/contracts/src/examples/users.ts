import { exampleOf } from './recorded.ts'

export const exampleUserId = '01920000-0000-7000-8000-0000000000b1'
const exampleOwnerId = '01920000-0000-7000-8000-0000000000b2'
const id = exampleUserId

export const userRegistered = exampleOf('UserRegistered', {
  id,
  role: 'reader',
  registeredAt: '2026-03-01T08:00:00.000Z',
  name: 'A reader',
})

export const userRenamed = exampleOf('UserRenamed', { id, name: 'Another name' })

export const userPictured = exampleOf('UserPictured', {
  id,
  picture: '/api/media/01920000-0000-7000-8000-0000000000e1/w640.jpg#640x640@50,30',
})

export const userRoleChanged = exampleOf('UserRoleChanged', { id, role: 'author', by: exampleOwnerId })

export const userErased = exampleOf('UserErased', { id, erasedAt: '2026-03-06T08:00:00.000Z', by: id })

export const erasureConfirmed = exampleOf('ErasureConfirmed', {
  id,
  service: 'comments',
  confirmedAt: '2026-03-06T08:00:01.000Z',
})

/** One of each type and shape, as they come without overrides. */
export const userExamples = () => [
  userRegistered(),
  userRenamed(),
  userPictured(),
  userRoleChanged(),
  userErased(),
  erasureConfirmed({}, { source: '/comments' }),
]
