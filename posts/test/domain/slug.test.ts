import { anyText } from '@logbook/chassis/testing/any-text.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import { envelopeBounds, subject } from '@logbook/contracts/envelope.ts'
import { slug as slugSchema, slugSubject } from '@logbook/contracts/events/posts.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numberedSlug, slugOf } from '../../src/domain/slug.ts'

describe('the slug of a title', () => {
  it.each([
    ['Hello, World!', 'hello-world'],
    ['Déjà vu & Straße', 'deja-vu-and-strasse'],
    ['JavaScript', 'javascript'],
    ['𝐁old ﬁne', 'bold-fine'],
    ['  -- spaced --  ', 'spaced'],
    ['İstanbul', 'istanbul'],
    ['Привет, Мир', 'привет-мир'],
    ['日本語のタイトル', '日本語のタイトル'],
    ['हिन्दी में', 'हिन्दी-में'],
    ['!!!', 'post'],
    ['\u200b', 'post'],
  ])('the title %s gets the slug %s', (title, slug) => {
    expect(slugOf(title)).toBe(slug)
  })

  it('a long slug is cut at a word', () => {
    const slug = slugOf('wonder '.repeat(40))
    expect(slug.length).toBeLessThanOrEqual(bounds.slugCharsMax)
    expect(slug).toMatch(/^(wonder-)+wonder$/)
  })

  it('a slug of one word that is too long is cut within the word', () => {
    expect(slugOf(`a ${'b'.repeat(200)}`)).toHaveLength(bounds.slugCharsMax)
  })

  const titles = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: bounds.titleCharsMax }),
    anyText({ maxLength: bounds.titleCharsMax }),
    fc.string({ unit: fc.constantFrom('語', 'ﷺ', '𝐀', '-', ' ', 'é', '𐐨', '\u0301'), maxLength: 300 }),
  )

  it('the slug of any title fits the name of its stream, with any number', () => {
    fc.assert(
      fc.property(titles, fc.integer({ min: 1, max: 2 ** 40 }), (title, ordinal) => {
        const slug = numberedSlug(slugOf(title), ordinal)
        expect(slugSchema.safeParse(slug).success).toBe(true)
        expect(subject.safeParse(slugSubject(slug)).success).toBe(true)
      }),
    )
  })

  it('a slug that fits keeps its form, and is numbered from 2', () => {
    expect(numberedSlug('a-walk', 1)).toBe('a-walk')
    expect(numberedSlug('a-walk', 2)).toBe('a-walk-2')
    expect(numberedSlug('a'.repeat(100), 12)).toBe(`${'a'.repeat(97)}-12`)
  })

  it('a chosen slug that does not fit the name of its stream is cut', () => {
    const slug = numberedSlug('語'.repeat(bounds.slugCharsMax), 1)
    expect(slugSubject(slug).length).toBeLessThanOrEqual(envelopeBounds.subjectCharsMax)
    expect(slug).toMatch(/^語+$/)
  })
})
