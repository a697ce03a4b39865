import { LRUCache } from 'lru-cache'
import { limits } from './limits.ts'
import type { Prepared } from './prepared.ts'

/** What an answer is made of: one post, or the lists of them. */
export type Subject = { post: string } | 'lists'

interface Entry {
  prepared: Prepared
  subject: string
}

export type PageCache = ReturnType<typeof createPageCache>

const keyOf = (subject: Subject): string => (subject === 'lists' ? 'lists' : subject.post)

/** Prepared answers by address, bounded in bytes, the least used forgotten first. */
export const createPageCache = () => {
  const addresses = new Map<string, Set<string>>()
  const entries = new LRUCache<string, Entry>({
    maxSize: limits.cacheBytesMax,
    maxEntrySize: limits.cacheEntryBytesMax,
    // The head's strings and the bookkeeping around them count too.
    sizeCalculation: ({ prepared }, url) => prepared.body.length + url.length + 2_048,
    dispose: ({ subject }, url, reason) => {
      if (reason === 'set') return
      const urls = addresses.get(subject)
      urls?.delete(url)
      if (urls?.size === 0) addresses.delete(subject)
    },
  })

  const forget = (subject: string) => {
    for (const url of addresses.get(subject) ?? []) entries.delete(url)
  }

  return {
    get: (url: string): Prepared | undefined => entries.get(url)?.prepared,
    set({ url, subject, prepared }: { url: string; subject: Subject; prepared: Prepared }): void {
      if (url.length > limits.cacheUrlCharsMax) return
      const key = keyOf(subject)
      entries.set(url, { prepared, subject: key })
      if (!entries.has(url)) return
      const urls = addresses.get(key)
      if (urls) urls.add(url)
      else addresses.set(key, new Set([url]))
    },
    /** A post, or what is said below it, has changed: its page and every list go. */
    invalidate(postId: string): void {
      forget(postId)
      forget('lists')
    },
    bytes: (): number => entries.calculatedSize,
  }
}
