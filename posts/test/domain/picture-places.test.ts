import { anyText } from '@logbook/chassis/testing/any-text.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import type { PicturePlace } from '@logbook/contracts/events/posts.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { carried, mediaOf, type PlacedPicture, placing } from '../../src/domain/picture-places.ts'

const mediumId = '01920000-0000-7000-8000-0000000000a3'
const here = `/api/media/${mediumId}/w40.png#40x20`

/** The places of an address in a text. */
const at = (content: string, was: string, over: Partial<PicturePlace> = {}): PicturePlace[] =>
  Array.from(content.matchAll(new RegExp(was.replace(/[.?]/g, '\\$&'), 'g')), ({ index }) => ({
    ...{ mediumId, as: 'shown', at: index, was, isBare: false, ...over },
  }))
const text = (content: string, cover: string | null = null) => ({ content, cover })

/** A text as it is when its pictures come after it was edited. */
const after = (from: string, to: string, was = '/a.jpg'): string =>
  placing(
    text(to),
    carried(at(from, was), text(from), text(to)).map((place) => ({ ...place, here: '/new' })),
  ).content

describe('the places of pictures in a text that was edited', () => {
  it.each([
    ['words before it', 'x ![](/a.jpg) y', 'words x ![](/a.jpg) y', 'words x ![](/new) y'],
    ['words around it', 'x ![](/a.jpg) y', 'one ![](/a.jpg) two', 'one ![](/new) two'],
    ['its own words', '![x](/a.jpg)', '![A heron](/a.jpg)', '![A heron](/new)'],
    [
      'another line',
      '![](/a.jpg)\n\n![](/a.jpg)',
      '![](/a.jpg)\n\nx\n\n![](/a.jpg)',
      '![](/new)\n\nx\n\n![](/new)',
    ],
    [
      'places that change places',
      '![1](/a.jpg) ![2](/b.jpg)',
      '![2](/b.jpg) ![1](/a.jpg)',
      '![2](/b.jpg) ![1](/new)',
    ],
    ['one of two taken away', '![1](/a.jpg) ![2](/a.jpg)', '![2](/a.jpg)', '![2](/new)'],
    ['a link to the same added', '![](/a.jpg)', '![](/a.jpg) of [old](/a.jpg)', '![](/new) of [old](/a.jpg)'],
  ])('a place stays with %s edited', (_what, from, to, expected) => {
    expect(after(from, to)).toBe(expected)
  })

  it.each([
    ['another address', '![](/a.jpg)', '![](/b.jpg)'],
    ['a longer address', '![](/a.jpg)', '![](/a.jpg?size=2)'],
    ['an address before it', '![](/a.jpg)', '![](/old/a.jpg)'],
    ['nothing', 'x ![](/a.jpg)', 'x'],
    ['the same often', '![](/a.jpg) x', '> ![](/a.jpg) ![](/a.jpg)'],
  ])('a place is left to the person who made it %s', (_what, from, to) => {
    expect(after(from, to)).toBe(to)
  })

  it('a place in any edited text has its address there, and a text without edits keeps all its places', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('![](/a.jpg)', ' ', 'x', '\n', '/a.jpg', '<img src="/a.jpg">')),
        fc.array(fc.constantFrom('![](/a.jpg)', ' ', 'x', '\n', '/a.jpg', '<img src="/a.jpg">')),
        anyText(),
        (before, between, words) => {
          const from = before.join('')
          const to = before.slice(0, 3).join('') + words + between.join('') + before.slice(3).join('')
          const places = at(from, '/a.jpg')
          expect(carried(places, text(from), text(from))).toEqual(places)
          const found = carried(places, text(from), text(to))
          expect(new Set(found.map((each) => each.at)).size).toBe(found.length)
          for (const place of found) expect(to.startsWith('/a.jpg', place.at)).toBe(true)
        },
      ),
      cases(300),
    )
  })

  it('a cover stays while it is the same', () => {
    const cover: PicturePlace = { mediumId, as: 'cover', at: 0, was: '/c.jpg', isBare: false }
    expect(carried([cover], text('', '/c.jpg'), text('x', '/c.jpg'))).toEqual([cover])
    expect(carried([cover], text('', '/c.jpg'), text('', '/d.jpg'))).toEqual([])
  })
})

describe('putting pictures into their places', () => {
  const put = (content: string, places: readonly PlacedPicture[], cover: string | null = null) =>
    placing(text(content, cover), places)
  const all = (content: string, was: string, over: Partial<PlacedPicture> = {}) =>
    at(content, was).map((place) => ({ ...place, here, ...over }))

  it.each([
    ['![x](/a.jpg "T")', '/a.jpg', {}, `![x](${here} "T")`],
    [
      'see https://old.example/a.pdf.',
      'https://old.example/a.pdf',
      { isBare: true, as: 'linked' },
      `see [https://old.example/a.pdf](${here}).`,
    ],
    [
      '<https://old.example/a.pdf>',
      '<https://old.example/a.pdf>',
      { isBare: true, as: 'linked' },
      `[https://old.example/a.pdf](${here})`,
    ],
    ['![x](<a b.jpg>)', '<a b.jpg>', {}, `![x](${here})`],
    [
      '<p><img sizes="9vw" src="/a.jpg" srcset="/b.jpg 2x, /c.jpg 3x" alt="x"></p>',
      '/a.jpg',
      {},
      `<p><img src="${here}" alt="x"></p>`,
    ],
    ['<video src="/a.jpg" poster="/b.jpg">', '/a.jpg', {}, `<video src="${here}" poster="/b.jpg">`],
  ] as const)('the address in %s is replaced, and nothing else', (content, was, over, expected) => {
    expect(put(content, all(content, was, over)).content).toBe(expected)
  })

  it('places that wait are where they are after the others were filled', () => {
    const content = '![](/a.jpg) ![](/b.jpg) ![](/a.jpg)'
    const waits = at(content, '/b.jpg', { mediumId: 'b' })
    const { awaited, placed, cover } = put(
      content,
      [...all(content, '/a.jpg'), ...waits.map((place) => ({ ...place, here: null }))],
      '/c.jpg',
    )
    expect([placed, cover]).toEqual([[mediumId], '/c.jpg'])
    expect(awaited).toEqual([{ ...waits[0], at: `![](${here}) ![](`.length }])
  })

  it('a text that would become too long keeps its addresses', () => {
    const content = `![](/a)${'x'.repeat(bounds.contentCharsMax - 7)}`
    expect(put(content, all(content, '/a'))).toEqual({ content, cover: null, placed: [], awaited: [] })
  })

  it('media are named once, of the text and of the cover', () => {
    expect(mediaOf(text(`![](${here}) ![](${here})`, here))).toEqual([mediumId])
  })
})
