import { hash, randomBytes } from 'node:crypto'
import { bounds } from '@logbook/contracts/bounds.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { limits } from '../limits.ts'

/** A view as a gateway sees it. */
export interface SeenView {
  postId: string
  network: string
  agent: string
  /** The host that the reader came from. */
  referrer: string | undefined
}

export type Counts = Pick<EventData<'PostViewsCounted'>, 'day' | 'counter' | 'posts'>

/** Counts that fit into one event. */
export interface Batch {
  counts: Counts
  /** To be called once they are in the log. */
  recorded(): void
}

/** `repeated`: more than one reader counts for. `crowded`: more than one network counts for. `dropped`: there is no room. */
export type Outcome = 'counted' | 'repeated' | 'crowded' | 'dropped'

interface PostCounts {
  views: number
  readers: number
  /** Readers by the host that they came from, named or not. */
  hosts: Map<string, number>
  changes: number
  recordedChanges: number
  recordedViews: number
}

const { views: most } = limits

/** Counts by keys that are hashes with a salt of this day, which is in no other place. */
const createSaltedCounts = () => {
  const salt = randomBytes(16).toString('base64')
  const counts = new Map<number, number>()
  return {
    keyOf: (...parts: readonly string[]): number =>
      // 48 bits, as a number: shorter than text, and found faster than bytes.
      Number.parseInt(hash('sha256', [salt, ...parts].join('\n'), 'hex').slice(0, 12), 16),
    of: (key: number): number => counts.get(key) ?? 0,
    add: (key: number): void => void counts.set(key, (counts.get(key) ?? 0) + 1),
    isFull: (): boolean => counts.size >= most.readersMax,
  }
}

/**
 * Decides which hosts are named: those from which readers of two networks came on this day. A host that one reader alone came from, such
 * as that of a private page, or one that was made up, gets into no event.
 */
const createHosts = () => {
  const named = new Set<string>()
  /** Of a host that is not named yet, the one network that readers came from. */
  const waiting = new Map<string, number>()
  return {
    isNamed: (host: string): boolean => named.has(host),
    isKnown: (host: string): boolean => named.has(host) || waiting.has(host),
    isFull: (): boolean => named.size + waiting.size >= most.hostsMax,
    /** True if this reader makes it a named one. */
    see(host: string, network: number): boolean {
      const first = waiting.get(host)
      if (named.has(host) || first === network) return false
      if (first === undefined) {
        waiting.set(host, network)
        return false
      }
      waiting.delete(host)
      named.add(host)
      return true
    },
    forget: (): void => waiting.clear(),
  }
}

/** The named hosts, the most frequent first. */
const referrersOf = ({ hosts }: PostCounts, isNamed: (host: string) => boolean) =>
  [...hosts]
    .filter(([host]) => isNamed(host))
    .map(([host, readers]) => ({ host, readers }))
    .sort((one, other) => other.readers - one.readers || (one.host < other.host ? -1 : 1))
    .slice(0, bounds.referrersPerPostMax)

/** The views of one day, in memory. */
export const createDay = ({ day, counter }: Pick<Counts, 'day' | 'counter'>) => {
  const posts = new Map<string, PostCounts>()
  const hosts = createHosts()
  let readers = createSaltedCounts()

  const postOf = (id: string): PostCounts | undefined => {
    const found = posts.get(id)
    if (found !== undefined || posts.size >= most.postsMax) return found
    const added = { views: 0, readers: 0, hosts: new Map(), changes: 0, recordedChanges: 0, recordedViews: 0 }
    posts.set(id, added)
    return added
  }

  const addReferrer = (post: PostCounts, host: string, network: string): void => {
    const brought = readers.keyOf('hosts', network)
    if (!hosts.isKnown(host)) {
      if (hosts.isFull() || readers.of(brought) >= most.hostsPerNetworkMax) return
      readers.add(brought)
    }
    const isNewName = hosts.see(host, brought)
    if (!post.hosts.has(host) && post.hosts.size >= most.hostsPerPostMax) return
    post.hosts.set(host, (post.hosts.get(host) ?? 0) + 1)
    if (isNewName) for (const each of posts.values()) if (each.hosts.has(host)) each.changes++
  }

  const batchOf = (changed: readonly [string, PostCounts][]): Batch => {
    const taken = changed.map(([, post]) => ({ post, changes: post.changes, views: post.views }))
    const counted = changed.map(([id, post]) => ({
      ...{ id, views: post.views, readers: post.readers },
      referrers: referrersOf(post, hosts.isNamed),
    }))
    const recorded = () =>
      taken.forEach(({ post, changes, views }) => {
        Object.assign(post, { recordedChanges: changes, recordedViews: views })
      })
    return { counts: { day, counter, posts: counted }, recorded }
  }

  const changed = () => [...posts].filter(([, post]) => post.changes > post.recordedChanges)

  return {
    day,
    count({ postId, network, agent, referrer }: SeenView): Outcome {
      const reader = readers.keyOf('reader', network, agent, postId)
      const before = readers.of(reader)
      if (before >= most.perReaderMax) return 'repeated'
      const crowd = before > 0 ? undefined : readers.keyOf('network', network, postId)
      if (crowd !== undefined && readers.of(crowd) >= most.readersPerNetworkMax) return 'crowded'
      if (crowd !== undefined && readers.isFull()) return 'dropped'
      const post = postOf(postId)
      if (post === undefined) return 'dropped'
      if (crowd !== undefined) {
        readers.add(crowd)
        post.readers++
        if (referrer !== undefined) addReferrer(post, referrer, network)
      }
      readers.add(reader)
      post.views++
      post.changes++
      return 'counted'
    },
    /** What is not in the log yet, in parts that fit into an event. */
    unrecorded(): Batch[] {
      const all = changed()
      const parts = Math.ceil(all.length / bounds.viewedPostsMax)
      return Array.from({ length: parts }, (_, part) =>
        batchOf(all.slice(part * bounds.viewedPostsMax, (part + 1) * bounds.viewedPostsMax)),
      )
    },
    isRecorded: (): boolean => changed().length === 0,
    /** Views that are not in the log yet. */
    unrecordedViews: (): number =>
      changed().reduce((sum, [, { views, recordedViews }]) => sum + views - recordedViews, 0),
    /** Throws the salt away, and with it all that is known of readers. The counts stay until they are recorded. */
    end(): void {
      readers = createSaltedCounts()
      hosts.forget()
    },
  }
}
export type Day = ReturnType<typeof createDay>
