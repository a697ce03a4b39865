import fc from 'fast-check'

const surrogates = { first: 0xd800, count: 0x800 }

/**
 * Any one Unicode character, alike often. In place of fast-check's unit `binary`, which lists all 1.1 million of them first: 0.7 s of CPU
 * and 140 MB in each worker of the tests.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 0x10ffff - surrogates.count })
  .map((n) => String.fromCodePoint(n < surrogates.first ? n : n + surrogates.count))

/** Text of any characters; now and then one of ASCII alone, as are the names of properties that fast-check knows to be dangerous. */
export const anyText = (length: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: fc.string({ unit: anyCharacter, ...length }), weight: 4 },
    { arbitrary: fc.string(length), weight: 1 },
  )
