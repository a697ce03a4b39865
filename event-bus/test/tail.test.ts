import { createTail } from '@logbook/event-bus/log/tail.ts'
import { expect, it } from 'vitest'

const event = (position: number, bytes = 10) => ({ position, type: 'Said', text: `${position}`, bytes })

it.each([
  ['events', { eventsMax: 2, bytesMax: 1_000 }],
  ['bytes', { eventsMax: 1_000, bytesMax: 20 }],
])('the tail keeps up to twice its bound of %s, and nothing earlier', (_, bounds) => {
  const tail = createTail(0, bounds)
  for (let position = 1; position <= 4; position++) tail.add([event(position)])
  expect(tail.read({ after: 0, limit: 10 })?.events).toEqual(['1', '2', '3', '4'])
  tail.add([event(5)])
  expect(tail.read({ after: 2, limit: 10 })).toBeUndefined()
  expect(tail.read({ after: 3, limit: 10 })).toEqual({ events: ['4', '5'], positions: [4, 5], position: 5 })
})

it('a page of the tail ends where it is full, in events or in bytes', () => {
  const tail = createTail(7, { eventsMax: 10, bytesMax: 1_000 })
  tail.add([event(8), event(9), event(10)])
  expect(tail.read({ after: 7, limit: 2 })?.position).toBe(9)
  expect(tail.read({ after: 7, limit: 10, bytesMax: 5 })?.position).toBe(8)
  expect(tail.read({ after: 6, limit: 2 })).toBeUndefined()
})
