import { describe, expect, it } from 'vitest'
import { currentDataVersion, upcast } from '../src/events/upcast.ts'

const steps = {
  Renamed: [
    (data: unknown) => ({ ...(data as object), two: true }),
    (data: unknown) => ({ ...(data as object), three: true }),
  ],
}

describe('upcasting', () => {
  it('takes data through every later step, and leaves the newest as it is', () => {
    expect(upcast({ type: 'Renamed', dataversion: 1, data: { one: true } }, steps)).toEqual({
      one: true,
      two: true,
      three: true,
    })
    expect(upcast({ type: 'Renamed', dataversion: 2, data: {} }, steps)).toEqual({ three: true })
    expect(upcast({ type: 'Renamed', dataversion: 3, data: {} }, steps)).toEqual({})
  })

  it('leaves types without steps alone', () => {
    const data = { a: 1 }
    expect(upcast({ type: 'Other', dataversion: 1, data }, steps)).toBe(data)
    expect(currentDataVersion('Other', steps)).toBe(1)
    expect(currentDataVersion('Renamed', steps)).toBe(3)
  })
})
