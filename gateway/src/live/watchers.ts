import type { Listener } from './listeners.ts'
import type { News } from './ring.ts'

/** A browser that watches a post. */
export interface Watcher {
  listener: Listener
  postId: string
  /** All up to this position has been told, or was in the page that the browser came with. */
  toldUpTo: number
}

/** Heartbeats are sent to a part of the watchers at a time. */
const parts = 15

/**
 * Those who watch, by post. What a browser does not read is kept up to a bound; then it is let go, and is told what it missed when it
 * comes back.
 */
export const createWatchers = ({ heartbeatMs }: { heartbeatMs: number }) => {
  const byPost = new Map<string, Set<Watcher>>()
  const forHeartbeat = Array.from({ length: parts }, () => new Set<Watcher>())
  let count = 0
  let part = 0

  const heartbeat = setInterval(() => {
    part = (part + 1) % parts
    for (const { listener } of forHeartbeat[part] ?? []) listener.heartbeat()
  }, heartbeatMs / parts)
  heartbeat.unref()

  const remove = (watcher: Watcher): void => {
    const others = byPost.get(watcher.postId)
    if (!others?.delete(watcher)) return
    count--
    if (others.size === 0) byPost.delete(watcher.postId)
    for (const each of forHeartbeat) each.delete(watcher)
  }

  const tell = (watcher: Watcher, news: readonly News[]): void => {
    const fresh = news.filter(({ position }) => position > watcher.toldUpTo)
    if (fresh.length === 0) return
    watcher.toldUpTo = Math.max(...fresh.map(({ position }) => position))
    const end = fresh.find(({ isEnd }) => isEnd)
    if (end === undefined) watcher.listener.tell(fresh)
    else {
      remove(watcher)
      watcher.listener.end(end)
    }
  }

  return {
    count: (): number => count,
    has: (postId: string): boolean => byPost.has(postId),
    /** Each post that is watched, and from which position on somebody has yet to be told. */
    posts: (): { postId: string; after: number }[] =>
      [...byPost].map(([postId, watchers]) => ({
        postId,
        after: Math.min(...[...watchers].map(({ toldUpTo }) => toldUpTo)),
      })),
    /** Returns how to let it go, to be called once its connection is closed. */
    add(watcher: Watcher): () => void {
      const others = byPost.get(watcher.postId)
      if (others) others.add(watcher)
      else byPost.set(watcher.postId, new Set([watcher]))
      forHeartbeat[count % parts]?.add(watcher)
      count++
      return () => remove(watcher)
    },
    /** Tells what somebody has not been told yet: all at once, since several may be of one position. */
    tell,
    /** Tells all who watch a post. */
    tellPost(postId: string, news: readonly News[]): void {
      for (const watcher of byPost.get(postId) ?? []) tell(watcher, news)
    },
    end(): void {
      clearInterval(heartbeat)
      for (const watchers of byPost.values()) for (const { listener } of watchers) listener.end()
    },
  }
}
export type Watchers = ReturnType<typeof createWatchers>
