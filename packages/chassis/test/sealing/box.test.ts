import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openBox, personKeyOf, sealBox } from '../../src/sealing/box.ts'

const raw = fc.uint8Array({ minLength: 32, maxLength: 32 })
// Whole Unicode: what JSON makes of a text has no lone surrogates left.
const text = fc.string({ unit: 'grapheme', maxLength: 300 })
const place = fc.record({ id: fc.uuid(), type: fc.constantFrom('Said', 'Renamed') })

describe('a box', () => {
  it('gives back what was put in, and is the same bytes each time', () => {
    fc.assert(
      fc.property(raw, text, place, (bytes, said, at) => {
        const key = personKeyOf(bytes)
        const box = sealBox(said, key, at)
        expect(openBox(box, key, at)).toBe(said)
        expect(sealBox(said, personKeyOf(bytes), at)).toBe(box)
        expect(box).toMatch(/^[\w-]+$/)
      }),
    )
  })

  it('never opens with another key, or as part of another event', () => {
    fc.assert(
      fc.property(raw, raw, text, place, place, (bytes, others, said, at, elsewhere) => {
        const box = sealBox(said, personKeyOf(bytes), at)
        fc.pre(Buffer.compare(bytes, others) !== 0)
        expect(openBox(box, personKeyOf(others), at)).toBeUndefined()
        fc.pre(at.id !== elsewhere.id || at.type !== elsewhere.type)
        expect(openBox(box, personKeyOf(bytes), elsewhere)).toBeUndefined()
      }),
    )
  })

  it('never opens once it was cut, or any of its bits flipped', () => {
    fc.assert(
      fc.property(raw, text, place, fc.nat(), fc.nat(7), (bytes, said, at, index, bit) => {
        const key = personKeyOf(bytes)
        const whole = Buffer.from(sealBox(said, key, at), 'base64url')
        const cut = whole.subarray(0, index % whole.length)
        expect(openBox(cut.toString('base64url'), key, at)).toBeUndefined()
        const flipped = Buffer.from(whole)
        const byte = index % whole.length
        flipped[byte] = (flipped[byte] ?? 0) ^ (1 << bit)
        expect(openBox(flipped.toString('base64url'), key, at)).toBeUndefined()
      }),
    )
  })

  it('has another vector for another text of the same event, and for the same text of another', () => {
    const key = personKeyOf(randomBytes(32))
    const vectors = [
      sealBox('one', key, { id: 'a', type: 'Said' }),
      sealBox('two', key, { id: 'a', type: 'Said' }),
      sealBox('one', key, { id: 'b', type: 'Said' }),
    ].map((box) => box.slice(0, 16))
    expect(new Set(vectors).size).toBe(3)
  })

  it('takes a key of 32 bytes and no other', () => {
    expect(() => personKeyOf(randomBytes(16))).toThrow(RangeError)
  })
})
