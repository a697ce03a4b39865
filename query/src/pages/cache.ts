import { randomUUID } from 'node:crypto'
import type { Coding } from '@logbook/chassis/http/coding.ts'
import { cacheTags, parseViewState, printViewState, type Validity } from '@logbook/contracts/http/validity.ts'
import { LRUCache } from 'lru-cache'
import { limits } from '../limits.ts'
import { compress, type Prepared } from './prepared.ts'

/** What an answer is made of: one post with its comments, lists of posts with comments, or posts alone. */
export type Subject = { post: string } | 'lists' | 'posts'

/** What is remembered for an address. */
export interface Entry {
  prepared: Prepared
  /** The template of the route that made it. */
  route: string
  /** The cache tag of what it is made of. */
  subject: string
  isCompressing: boolean
}

const bytesOf = ({ plain, compressed: { br, gzip } }: Prepared): number =>
  plain.body.length + (br?.body.length ?? 0) + (gzip?.body.length ?? 0)

interface Remembered {
  url: string
  route: string
  subject: Subject
  prepared: Prepared
  since?: number
}

export type PageCache = ReturnType<typeof createPageCache>

const tagOf = (subject: Subject): string =>
  typeof subject === 'string' ? cacheTags[subject] : cacheTags.ofPost(subject.post)

/** The latest changes, by which caches ask which of their answers are still valid. */
const createJournal = () => {
  // No other process has the same, nor this one after a restart.
  const process = randomUUID()
  let [generation, changes] = [1, 0]
  let state = ''
  /** The tags of each change, in order; cleared with each generation. */
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

/** Prepared answers by address, bounded in bytes, the least used forgotten first. */
export const createPageCache = () => {
  const journal = createJournal()
  const addresses = new Map<string, Set<string>>()
  const entries = new LRUCache<string, Entry>({
    maxSize: limits.cacheBytesMax,
    maxEntrySize: limits.cacheEntryBytesMax,
    // The head's strings and the bookkeeping around them count too.
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

  /** Beside the readers, who meanwhile get it as it is. A page that changes before it is read again is not worth it. */
  const compressBeside = async (url: string, entry: Entry) => {
    entry.isCompressing = true
    await compress(entry.prepared)
    // Anew, since it is larger by now.
    if (entries.peek(url) === entry) entries.set(url, { ...entry })
  }

  return {
    /** What was prepared for an address. If it is asked for in a coding that is not there, it will be the next time. */
    get(url: string, coding?: Coding): Entry | undefined {
      const entry = entries.get(url)
      if (entry === undefined) return undefined
      const { prepared, isCompressing } = entry
      const isWorthIt = prepared.plain.body.length >= limits.compressedBytesMin
      if (coding !== undefined && isWorthIt && !isCompressing)
        // Without memory for it, the page is read as it is.
        compressBeside(url, entry).catch(() => {})
      return entry
    },
    /** How often something has changed. */
    changes: journal.changes,
    /** The state of the view, as `View-State` says it. */
    state: journal.state,
    /** What has changed since a state. */
    validity: journal.validity,
    /** View state and cache tag of an answer; undefined for one that is not, or no longer, cached here. */
    tagged(url: string, prepared: Prepared): { state: string; tag: string } | undefined {
      const entry = entries.peek(url)
      return entry?.prepared === prepared ? { state: journal.state(), tag: entry.subject } : undefined
    },
    /** `since`: not if something has changed since there were so many changes, for what is not made at once. */
    set({ url, route, subject, prepared, since = journal.changes() }: Remembered): void {
      if (url.length > limits.cacheUrlCharsMax || since !== journal.changes()) return
      const key = tagOf(subject)
      entries.set(url, { prepared, route, subject: key, isCompressing: false })
      if (!entries.has(url)) return
      const urls = addresses.get(key)
      if (urls) urls.add(url)
      else addresses.set(key, new Set([url]))
    },
    /** What a person said below a post has changed: its page and the lists with comments go. */
    invalidate(postId: string, personId?: string | null): void {
      const ofPerson = personId ? [cacheTags.ofPerson(personId)] : []
      journal.note([cacheTags.ofPost(postId), cacheTags.lists, ...ofPerson])
      forget(cacheTags.ofPost(postId))
      forget(cacheTags.lists)
    },
    /** A person has voted. What is answered to everyone stays valid until the score follows. */
    noteActed: (personId: string): void => journal.note([cacheTags.ofPerson(personId)]),
    /** A post has changed: other pages name it as their neighbour, so all go. So they do when another file answers. */
    clear(): void {
      journal.all()
      entries.clear()
      addresses.clear()
    },
    bytes: (): number => entries.calculatedSize,
  }
}
