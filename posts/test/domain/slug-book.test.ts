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
  it('is neither in the view nor about to be reserved by another post', () => {
    const { claim } = book({ one: 'p0' })
    expect([claim('p1'), claim('p2'), claim('p1')]).toEqual(['one-2', 'one-3', 'one-2'])
  })

  it('may be one that the post has', () => {
    const { claim } = book({ one: 'p0', 'one-2': 'p1' })
    expect(claim('p1')).toBe('one-2')
  })

  it('is not one that the log refused, to whomever', () => {
    const { slugs, claim } = book()
    slugs.refused(slugs.claim({ slug: 'one', postId: 'p1', from: 1 }))
    expect([claim('p1'), claim('p2')]).toEqual(['one-2', 'one-3'])
  })

  it('is free again once it is released, but only by the post that claimed it', () => {
    const { slugs, claim } = book()
    const claimed = slugs.claim({ slug: 'one', postId: 'p1', from: 1 })
    slugs.released(claimed, 'p2')
    expect(claim('p2')).toBe('one-2')
    slugs.released(claimed, 'p1')
    expect(claim('p3')).toBe('one')
  })

  it('follows the view as soon as that knows a slug', () => {
    const { slugs, owners, claim } = book()
    slugs.refused(slugs.claim({ slug: 'one', postId: 'p1', from: 1 }))
    owners.one = 'p1'
    slugs.known('one')
    expect(claim('p1')).toBe('one')
  })

  it('of a new post is looked for where the numbers have got to', () => {
    const { slugs } = book()
    expect(slugs.hint('one')).toBe(1)
    slugs.had('one', { slug: 'one-9', ordinal: 9 })
    slugs.had('one', { slug: 'one-4', ordinal: 4 })
    expect(slugs.hint('one')).toBe(9)
  })
})
