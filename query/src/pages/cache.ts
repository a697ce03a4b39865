import { randomUUID } from 'node:crypto'
import type { Coding } from '@logbook/chassis/http/coding.ts'
import { cacheTags, parseViewState, printViewState, type Validity } from '@logbook/contracts/http/validity.ts'
import { LRUCache } from 'lru-cache'
import { limits } from '../limits.ts'
import { compress, type Prepared } from './prepared.ts'

/** The rows that an answer depends on: one post with its comments, posts with comments, or posts alone. */
export type Subject = { post: string } | 'lists' | 'posts'

/** A cached answer. */
export interface Entry {
  prepared: Prepared
  /** The route template, for metrics. */
  route: string
  /** Its cache tag. */
  subject: string
  isCompressing: boolean
}

const bytesOf = ({ plain, compressed: { br, gzip } }: Prepared): number =>
  plain.body.length + (br?.body.length ?? 0) + (gzip?.body.length ?? 0)

interface NewEntry {
  url: string
  route: string
  subject: Subject
  prepared: Prepared
  since?: number
}

export type PageCache = ReturnType<typeof createPageCache>

const tagOf = (subject: Subject): string =>
  typeof subject === 'string' ? cacheTags[subject] : cacheTags.ofPost(subject.post)

/** The latest changes, from which gateways learn which of their cached answers are still valid. */
const createJournal = () => {
  // Differs between processes and restarts.
  const process = randomUUID()
  let [generation, changes] = [1, 0]
  let state = ''
  /** The tags of each change, in order; emptied with each generation. */
  let changed: (readonly string[])[] = []
  const count = () => {
    changes++
    state = printViewState({ process, generation, changes })
  }
  count()
  return {
    changes: (): number => changes,
    state: (): string => state,
    note(tags: readonly string[]): void {
      count()
      changed.push(tags)
      if (changed.length > limits.journalEntriesMax) changed = changed.slice(-limits.journalEntriesMax / 2)
    },
    all(): void {
      generation++
      count()
      changed = []
    },
    validity(since: string): Validity {
      const then = parseViewState(since)
      const missed = changes - (then?.changes ?? 0)
      if (
        then?.process !== process ||
        then.generation !== generation ||
        missed < 0 ||
        missed > changed.length
      )
        return { state, changed: null }
      const latest = new Map<string, number>()
      for (const [at, tags] of changed.slice(changed.length - missed).entries())
        for (const tag of tags) latest.set(tag, then.changes + at + 1)
      return { state, changed: [...latest] }
    },
  }
}

/** An LRU cache of prepared answers by address, bounded in bytes. */
export const createPageCache = () => {
  const journal = createJournal()
  const addresses = new Map<string, Set<string>>()
  const entries = new LRUCache<string, Entry>({
    maxSize: limits.cacheBytesMax,
    maxEntrySize: limits.cacheEntryBytesMax,
    // Includes the strings of the head and the overhead of an entry.
    sizeCalculation: ({ prepared }, url) => bytesOf(prepared) + url.length + 4_096,
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

  const invalidatePosts = (postIds: readonly string[]): void => {
    const tags = postIds.map(cacheTags.ofPost)
    journal.note(tags)
    for (const tag of tags) forget(tag)
  }

  /** Compresses in the background; readers get the plain page meanwhile. */
  const compressInBackground = async (url: string, entry: Entry) => {
    entry.isCompressing = true
    await compress(entry.prepared)
    // Set again, because its size has grown.
    if (entries.peek(url) === entry) entries.set(url, { ...entry })
  }

  return {
    /** The cached answer for an address. A request for a missing coding starts its compression for the next time. */
    get(url: string, coding?: Coding): Entry | undefined {
      const entry = entries.get(url)
      if (entry === undefined) return undefined
      const { prepared, isCompressing } = entry
      const isWorthIt = prepared.plain.body.length >= limits.compressedBytesMin
      if (coding !== undefined && isWorthIt && !isCompressing)
        // If it fails, for want of memory, the page stays uncompressed.
        compressInBackground(url, entry).catch(() => {})
      return entry
    },
    /** The number of changes so far. */
    changes: journal.changes,
    /** The state of the view, for `View-State`. */
    state: journal.state,
    /** The tags that have changed since a state. */
    validity: journal.validity,
    /** View state and cache tag of an answer; undefined if it is not cached. */
    tagged(url: string, prepared: Prepared): { state: string; tag: string } | undefined {
      const entry = entries.peek(url)
      return entry?.prepared === prepared ? { state: journal.state(), tag: entry.subject } : undefined
    },
    /** Caches an answer, unless something has changed since the count of changes was `since`. */
    set({ url, route, subject, prepared, since = journal.changes() }: NewEntry): void {
      if (url.length > limits.cacheUrlCharsMax || since !== journal.changes()) return
      const key = tagOf(subject)
      entries.set(url, { prepared, route, subject: key, isCompressing: false })
      if (!entries.has(url)) return
      const urls = addresses.get(key)
      if (urls) urls.add(url)
      else addresses.set(key, new Set([url]))
    },
    /** Drops the page of a post and the lists with comments, after a change below the post. */
    invalidate(postId: string, personId?: string | null): void {
      const ofPerson = personId ? [cacheTags.ofPerson(personId)] : []
      journal.note([cacheTags.ofPost(postId), cacheTags.lists, ...ofPerson])
      forget(cacheTags.ofPost(postId))
      forget(cacheTags.lists)
    },
    /** Drops the page of a post alone. */
    invalidatePost: (postId: string): void => invalidatePosts([postId]),
    invalidatePosts,
    /** Notes a vote: answers to that person change now, those to everyone with the new score. */
    noteActed: (personId: string): void => journal.note([cacheTags.ofPerson(personId)]),
    /** Drops everything: after a change of a post, which other pages name as their neighbour, and after a swap. */
    clear(): void {
      journal.all()
      entries.clear()
      addresses.clear()
    },
    bytes: (): number => entries.calculatedSize,
  }
}
