import { describe, expect, it } from 'vitest'
import { SlugBook } from '../../src/domain/slug-book.ts'

const book = (owners: Record<string, string> = {}) => {
  const slugs = new SlugBook({ ownerOf: (slug) => owners[slug] })
  return {
    slugs,
    owners,
    claim: (postId: string, from = 1) => slugs.claim({ slug: 'one', postId, from }).slug,
  }
}

describe('the next slug', () => {
  it('the next slug is neither in the view nor claimed by another post', () => {
    const { claim } = book({ one: 'p0' })
    expect([claim('p1'), claim('p2'), claim('p1')]).toEqual(['one-2', 'one-3', 'one-2'])
  })

  it('the next slug may be one that the post has already', () => {
    const { claim } = book({ one: 'p0', 'one-2': 'p1' })
    expect(claim('p1')).toBe('one-2')
  })

  it('the next slug is not one that the log refused to any post', () => {
    const { slugs, claim } = book()
    slugs.refused(slugs.claim({ slug: 'one', postId: 'p1', from: 1 }))
    expect([claim('p1'), claim('p2')]).toEqual(['one-2', 'one-3'])
  })

  it('a claimed slug is free again once its own post releases it', () => {
    const { slugs, claim } = book()
    const claimed = slugs.claim({ slug: 'one', postId: 'p1', from: 1 })
    slugs.released(claimed, 'p2')
    expect(claim('p2')).toBe('one-2')
    slugs.released(claimed, 'p1')
    expect(claim('p3')).toBe('one')
  })

  it('the view decides as soon as it has a slug', () => {
    const { slugs, owners, claim } = book()
    slugs.refused(slugs.claim({ slug: 'one', postId: 'p1', from: 1 }))
    owners.one = 'p1'
    slugs.applied('one')
    expect(claim('p1')).toBe('one')
  })

  it('the search for a slug of a new post starts at the highest known number', () => {
    const { slugs } = book()
    expect(slugs.hint('one')).toBe(1)
    slugs.reserved('one', { slug: 'one-9', ordinal: 9 })
    slugs.reserved('one', { slug: 'one-4', ordinal: 4 })
    expect(slugs.hint('one')).toBe(9)
  })
})
