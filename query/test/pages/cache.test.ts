import { describe, expect, it, vi } from 'vitest'
import { limits } from '../../src/limits.ts'
import { createPageCache, type PageCache } from '../../src/pages/cache.ts'
import { prepare } from '../../src/pages/prepared.ts'

const page = (bytes: number) => prepare({ text: 'x'.repeat(bytes) })

const set = (cache: PageCache, entry: Omit<Parameters<PageCache['set']>[0], 'route'>) =>
  cache.set({ route: '/posts', ...entry })

describe('the page cache', () => {
  it('a change below a post removes it and every list from the cache, and no other post', () => {
    const cache = createPageCache()
    for (const [url, subject] of [
      ['/posts/a', { post: 'a' }],
      ['/posts/id-of-a', { post: 'a' }],
      ['/posts/b', { post: 'b' }],
      ['/posts', 'lists'],
    ] as const)
      set(cache, { url, subject, prepared: page(1) })
    cache.invalidate('a')
    expect(
      ['/posts/a', '/posts/id-of-a', '/posts/b', '/posts'].map((url) => cache.get(url) !== undefined),
    ).toEqual([false, false, true, false])
  })

  it('the state of the view changes with any change and differs between processes', () => {
    const [cache, other] = [createPageCache(), createPageCache()]
    const states = [cache.state(), other.state()]
    set(cache, { url: '/posts', subject: 'lists', prepared: page(1) })
    expect(cache.state()).toBe(states[0])
    for (const change of [() => cache.invalidate('a'), () => cache.clear()]) {
      change()
      states.push(cache.state())
    }
    expect(new Set(states).size).toBe(4)
  })

  it('a change of a post clears the cache, and keeps out answers that were begun before', () => {
    const cache = createPageCache()
    const since = cache.changes()
    set(cache, { url: '/feed.xml', subject: 'posts', prepared: page(1) })
    cache.invalidate('a')
    expect(cache.get('/feed.xml')).toBeDefined()
    cache.clear()
    expect(cache.get('/feed.xml')).toBeUndefined()
    set(cache, { url: '/feed.xml', subject: 'posts', prepared: page(1), since })
    expect(cache.get('/feed.xml')).toBeUndefined()
  })

  it('the cache holds no more bytes than its limit, and drops the least used first', () => {
    const cache = createPageCache()
    const bytes = limits.cacheEntryBytesMax / 2
    const count = Math.ceil(limits.cacheBytesMax / bytes) + 4
    for (let n = 0; n < count; n++) {
      set(cache, { url: `/posts/${n}`, subject: { post: String(n) }, prepared: page(bytes) })
      expect(cache.get('/posts/0')).toBeDefined()
      expect(cache.bytes()).toBeLessThanOrEqual(limits.cacheBytesMax)
    }
    expect(cache.get('/posts/1')).toBeUndefined()
  })

  it('a page that is read in a coding is compressed in the background, and those bytes count too', async () => {
    const cache = createPageCache()
    set(cache, { url: '/posts', subject: 'lists', prepared: page(100_000) })
    const before = cache.bytes()
    expect(cache.get('/posts', 'br')?.prepared.compressed).toEqual({})
    await vi.waitFor(() => expect(cache.get('/posts', 'br')?.prepared.compressed.gzip).toBeDefined())
    await vi.waitFor(() => expect(cache.bytes()).toBeGreaterThan(before))
    set(cache, { url: '/small', subject: 'lists', prepared: page(10) })
    cache.get('/small', 'br')
    cache.invalidate('any')
    expect(cache.bytes()).toBe(0)
  })

  it('answers that are too large and addresses that are too long are not cached', () => {
    const cache = createPageCache()
    set(cache, { url: '/posts/a', subject: { post: 'a' }, prepared: page(limits.cacheEntryBytesMax + 1) })
    const long = `/posts?x=${'a'.repeat(limits.cacheUrlCharsMax)}`
    set(cache, { url: long, subject: 'lists', prepared: page(1) })
    expect(cache.get('/posts/a')).toBeUndefined()
    expect(cache.get(long)).toBeUndefined()
  })
})

describe('the entity tag of an answer', () => {
  it('the entity tag changes if only the link to the next page changes', () => {
    const [alone, followed] = [undefined, '</posts?cursor=a>; rel="next"'].map((link) =>
      prepare({ text: 'x', link }),
    )
    expect(alone?.plain.etag).not.toBe(followed?.plain.etag)
  })
})
