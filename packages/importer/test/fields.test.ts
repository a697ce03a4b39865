import { anyText } from '@logbook/chassis/testing/any-text.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import { postText, slug as slugSchema } from '@logbook/contracts/events/posts.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAnyDate, parseDate, parseMailDate } from '../src/dates.ts'
import { cleanText, shorten, toCommentAuthor, toSlug, toTags, toTitle } from '../src/fields.ts'

const unheard = () => {}
const someText = anyText({ maxLength: 400 })

describe('a slug', () => {
  it.each([
    ['hello-world', 'hello-world'],
    ['%ce%b5%cf%80%ce%af%cf%80%ce%b5%ce%b4%ce%bf-2', 'επίπεδο-2'],
    ['Hello_World  --- again!', 'hello-world-again'],
    ['100%', '100'],
    ['日本語', '日本語'],
    ['---', undefined],
    ['', undefined],
  ])('the slug made of %j is %j', (raw, expected) => {
    expect(toSlug(raw)).toBe(expected)
  })

  it('a slug is always one that the contracts take, and a slug already made stays', () => {
    fc.assert(
      fc.property(someText, (raw) => {
        const made = toSlug(raw)
        if (made === undefined) return
        expect(slugSchema.safeParse(made).success).toBe(true)
        expect(toSlug(made)).toBe(made)
      }),
    )
  })
})

describe('titles, tags and names', () => {
  it('titles, tags and names always fit the contracts', () => {
    fc.assert(
      fc.property(someText, fc.array(someText, { maxLength: 40 }), (title, names) => {
        expect(postText.shape.title.safeParse(toTitle(title, unheard)).success).toBe(true)
        expect(postText.shape.tags.safeParse(toTags(names, unheard)).success).toBe(true)
      }),
    )
  })

  it('tags of one name in several cases are one, as first written', () => {
    expect(toTags(['News', 'news', ' NEWS ', '', 'Old'], unheard)).toEqual(['News', 'Old'])
  })

  it('more tags than a post may have are cut off with a remark', () => {
    const remarks: string[] = []
    const many = Array.from({ length: bounds.tagsMax + 1 }, (_, index) => `tag ${index}`)
    expect(toTags(many, (reason) => remarks.push(reason))).toHaveLength(bounds.tagsMax)
    expect(remarks).toHaveLength(1)
  })

  it('a text that is cut never ends in half a character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.integer({ min: 1, max: 20 }),
        (text, max) => {
          const cut = shorten(cleanText(text), max)
          expect(cut.isWellFormed()).toBe(true)
          expect(cut.length).toBeLessThanOrEqual(max)
        },
      ),
    )
  })
})

describe("a commenter's address", () => {
  it.each([
    ['https://example.org/', 'https://example.org/'],
    ['', null],
    ['javascript:alert(1)', null],
    ['example.org', null],
    ['http://', null],
  ])("a commenter's address %j becomes %j", (url, expected) => {
    expect(toCommentAuthor({ name: 'Jo', url }, unheard)).toEqual({ name: 'Jo', url: expected })
  })

  it('a comment without a name has no author', () => {
    expect(toCommentAuthor({ name: ' ', url: 'https://example.org' }, unheard)).toBeNull()
  })
})

describe('a date', () => {
  it.each([
    ['2014-09-30 22:00:00 EDT', '2014-10-01T02:00:00.000Z'],
    ['2014-11-30 23:30', '2014-11-30T23:30:00.000Z'],
    ['2014-11-30 23:30 CEST', '2014-11-30T21:30:00.000Z'],
    ['Oct 31, 2014 9:30 pm', '2014-10-31T21:30:00.000Z'],
    ['Friday, October 31st 2014', '2014-10-31T00:00:00.000Z'],
    ['Fri, 31 October 2014 at 12:05 am PST', '2014-10-31T08:05:00.000Z'],
    ['31 Oct 2014', '2014-10-31T00:00:00.000Z'],
    ['October 31, 2014', '2014-10-31T00:00:00.000Z'],
    ['31 Foo 2014', undefined],
    ['2014-09-30 22:00:00 XYZ', undefined],
    ['2014', undefined],
  ])('a date is read as programs and people write it: %s', (raw, expected) => {
    expect(parseAnyDate(raw)?.toISOString()).toBe(expected)
  })

  it.each([
    ['2010-10-05 07:27:25', '2010-10-05T07:27:25.000Z'],
    ['2016-12-11T12:54:44.455Z', '2016-12-11T12:54:44.455Z'],
    ['2014-09-28T14:59:29-04:00', '2014-09-28T18:59:29.000Z'],
    ['2014-09-28 14:59:29 -0400', '2014-09-28T18:59:29.000Z'],
    ['2014-09-28 14:59 +05:30', '2014-09-28T09:29:00.000Z'],
    ['2013-04-26', '2013-04-26T00:00:00.000Z'],
    ['2013-4-6', '2013-04-06T00:00:00.000Z'],
  ])('the date %j is read as %j', (raw, expected) => {
    expect(parseDate(raw)?.toISOString()).toBe(expected)
  })

  it.each(['', '0000-00-00 00:00:00', '2013-02-30', '2013-13-01', '2013-01-01 25:00', 'yesterday', '12345'])(
    '%j is no date',
    (raw) => {
      expect(parseDate(raw)).toBeUndefined()
    },
  )

  it('a date in mail form is read, but for the year -0001', () => {
    expect(parseMailDate('Mon, 23 Oct 2006 19:01:00 +0000')?.toISOString()).toBe('2006-10-23T19:01:00.000Z')
    expect(parseMailDate('Mon, 30 Nov -0001 00:00:00 +0000')).toBeUndefined()
  })
})
