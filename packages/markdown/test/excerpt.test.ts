import { anyText } from '@logbook/chassis/testing/any-text.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { excerptOf } from '../src/excerpt.ts'
import { readingMinutesOf } from '../src/reading-minutes.ts'

describe('excerptOf', () => {
  it.each([
    ['skips headings and joins paragraphs', '# Dawn\n\nOne.\n\nTwo.', 'One. Two.'],
    ['keeps the words of links, emphasis and code', 'A *b* [c](http://d) `e`.', 'A b c e.'],
    ['reads lists and quotes', '> Said.\n\n- one\n- two', 'Said. one two'],
    [
      'leaves out code, tables and pictures',
      'Text.\n\n```\nx\n```\n\n|a|\n|-|\n|b|\n\n![pic](http://x)',
      'Text.',
    ],
    [
      'strips raw HTML and reads its entities',
      '<p>Fish &amp; chips</p><script>alert(1)</script>',
      'Fish & chips',
    ],
    ['keeps words together around inline tags', 'a<b>b</b>c', 'abc'],
    ['is empty where there is no prose', '# Only a title', ''],
  ])('%s', (_, markdown, expected) => {
    expect(excerptOf(markdown, { charsMax: 100 })).toBe(expected)
  })

  it('an excerpt ends at the end of a sentence', () => {
    expect(excerptOf('Short one. “Quoted end.” Then a third that is long.', { charsMax: 40 })).toBe(
      'Short one. “Quoted end.”',
    )
    expect(excerptOf('日本語です。'.repeat(9), { charsMax: 14 })).toBe('日本語です。日本語です。')
  })

  it('an excerpt has no file that stands by itself, and the words of links among others', () => {
    const file = '/api/media/0197a1b2-aaaa-7000-8000-00000000beef/original'
    const text = `[bittern.wav](${file}#audio)\n\nHear [the call](${file}#audio) at dawn.\n\n[survey.pdf](${file})`
    expect(excerptOf(text, { charsMax: 100 })).toBe('Hear the call at dawn.')
  })

  it('an excerpt ends after a whole word where no sentence ends in time', () => {
    expect(excerptOf('one two, three four five', { charsMax: 12 })).toBe('one two…')
  })

  it('an excerpt never splits a character, for any text', () => {
    expect(excerptOf('😀'.repeat(50), { charsMax: 8 })).toBe('😀😀😀…')
  })

  it('an excerpt is one line of at most charsMax well-formed characters, for any text', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 400 }), fc.integer({ min: 1, max: 90 }), (text, charsMax) => {
        const excerpt = excerptOf(text, { charsMax })
        expect(excerpt.length).toBeLessThanOrEqual(charsMax)
        expect(excerpt).not.toMatch(/[\r\n]/)
        expect(excerpt.isWellFormed()).toBe(true)
      }),
    )
  })
})

describe('readingMinutesOf', () => {
  it.each([
    ['is at least one minute', '', 1],
    ['counts words', 'word '.repeat(460), 2],
    ['does not count tags and link targets', '<p class="x y z">a</p> [b](http://c.d/e)'.repeat(100), 1],
    ['counts scripts without spaces by the character', '文'.repeat(900), 2],
  ])('%s', (_, markdown, expected) => {
    expect(readingMinutesOf(markdown)).toBe(expected)
  })
})
