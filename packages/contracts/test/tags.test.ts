import { anyText } from '@logbook/chassis/testing/any-text.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bounds } from '../src/bounds.ts'
import { readAddress } from '../src/http/address.ts'
import { authorSlug, tagSlug } from '../src/tags.ts'

describe('the slug of a tag', () => {
  it.each([
    ['Marsh birds', 'marsh-birds'],
    ['CI/CD', 'ci-cd'],
    ['C', 'c'],
    ['C++', 'c-plus-plus'],
    ['C#', 'c-sharp'],
    ['R&D', 'r-and-d'],
    ['.NET', 'dot-net'],
    ['Node.js', 'node-js'],
    ['a.data', 'a-data'],
    ['..', 'dot'],
    ['%2F', '2f'],
    ['Ｆｕｌｌ', 'full'],
    ['Cafe\u0301', 'caf\u00e9'],
    ['鷺', '鷺'],
    ['🦆', '🦆'],
    ['!!!', 'tag-21-21-21'],
    ['a\\b', 'a-b'],
  ])('of %j is %j', (tag, slug) => {
    expect(tagSlug(tag)).toBe(slug)
  })

  it('of any tag is a part of a canonical address, its own slug, and never empty', () => {
    const tag = anyText({ minLength: 1, maxLength: bounds.tagCharsMax })
    fc.assert(
      fc.property(tag, (text) => {
        const slug = tagSlug(text)
        expect(readAddress(`/tags/${encodeURIComponent(slug)}`)).toMatchObject({
          kind: 'canonical',
          segments: ['tags', slug],
        })
        expect(tagSlug(slug)).toBe(slug)
        expect(slug.length).toBeLessThanOrEqual(bounds.tagSlugCharsMax)
        const author = authorSlug(text + text)
        expect(authorSlug(author)).toBe(author)
        expect(author.length).toBeLessThanOrEqual(bounds.authorSlugCharsMax)
      }),
      { numRuns: 2_000 },
    )
  })
})
