import { cases } from '@logbook/chassis/testing/cases.ts'
import { mediaName } from '@logbook/contracts/events/media.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nameFromUrl, safeName, uniqueName } from '../../src/domain/file-name.ts'

describe('the name of a file', () => {
  it.each([
    ['heron.jpg', 'heron.jpg'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\birds\\heron.jpg', 'heron.jpg'],
    ['he\u0000ron\u202egpj.exe', 'herongpj.exe'],
    ['..', 'file'],
    ['', 'file'],
    ['  a   heron.jpg ', 'a heron.jpg'],
    ['what? "is" <this>.png', 'what- -is- -this-.png'],
  ])('the safe name of %j is %j', (given, name) => {
    expect(safeName(given)).toBe(name)
  })

  it('any name becomes one of at most 255 bytes, with its extension, that the log accepts', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.constantFrom('', '.jpg', '.png'),
        (stem, ending) => {
          const name = safeName(stem + ending)
          expect(mediaName.safeParse(name).success).toBe(true)
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255)
          expect(name).not.toMatch(/[/\\\p{Cc}\p{Cf}]/u)
          expect(safeName(name)).toBe(name)
          const long = safeName(`${'🪶'.repeat(300)}${ending}`)
          expect(long.endsWith(ending)).toBe(true)
          expect(long.isWellFormed()).toBe(true)
        },
      ),
      cases(100),
    )
  })

  it('a file name comes from the address if none was given, and is numbered if it is taken', () => {
    expect(nameFromUrl('https://birds.example/a/gr%C3%BCn%20heron.jpg?x=1')).toBe('grün heron.jpg')
    expect(nameFromUrl('https://birds.example/')).toBe('birds.example')
    expect(nameFromUrl('https://birds.example/%ff.jpg')).toBe('%ff.jpg')
    const taken = new Set(['heron.jpg', 'heron (2).jpg'])
    expect(uniqueName('heron.jpg', (name) => taken.has(name))).toBe('heron (3).jpg')
  })
})
