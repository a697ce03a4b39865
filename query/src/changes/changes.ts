import { Problem } from '@logbook/chassis/problem.ts'
import type { MissedChanges } from '@logbook/contracts/http/query.ts'
import type { Response } from 'express'
import { limits } from '../limits.ts'
import type { Touched } from '../projections/touched.ts'
import { beginStream, createChangeFeed, type Reach } from './feed.ts'
import { type ChangeMessages, type Message, printMessage } from './messages.ts'

interface Watcher {
  res: Response
  /** All up to this position has been told, or was in the page that the browser came with. */
  sentUpTo: number
}

interface Watch extends Reach {
  res: Response
  postId: string
  /** What the browser has seen already; absent for one that begins now. */
  after: number | undefined
}

const tell = (watcher: Watcher, messages: readonly Message[]): void => {
  const { res } = watcher
  const news = messages.filter(({ position }) => position > watcher.sentUpTo)
  // One that was ended stays here until its connection is closed.
  if (news.length === 0 || res.writableEnded) return
  // Who has not read what was sent before is let go; coming back with the last id, they are told what they missed.
  if (res.writableLength > limits.watcherBytesMax) {
    res.destroy()
    return
  }
  // Nothing of a post that is no longer public is told, but that.
  const removed = news.find(({ kind }) => kind === 'post-removed')
  res.write((removed ? [removed] : news).map(printMessage).join(''))
  if (removed) res.end()
}

const askToReload = (res: Response, position: number): void => {
  if (!res.writableEnded) res.write(`id: ${position}\nevent: reload\ndata: {}\n\n`)
}

/** Those who watch, by post. */
class Watchers {
  readonly #byPost = new Map<string, Set<Watcher>>()
  count = 0

  add(postId: string, watcher: Watcher): void {
    const others = this.#byPost.get(postId)
    if (others) others.add(watcher)
    else this.#byPost.set(postId, new Set([watcher]))
    this.count++
  }

  remove(postId: string, watcher: Watcher): void {
    const others = this.#byPost.get(postId)
    if (!others?.delete(watcher)) return
    this.count--
    if (others.size === 0) this.#byPost.delete(postId)
  }

  of(postId: string): Iterable<Watcher> {
    return this.#byPost.get(postId) ?? []
  }

  has(postId: string): boolean {
    return this.#byPost.has(postId)
  }

  byPost(): Iterable<[string, Iterable<Watcher>]> {
    return this.#byPost
  }

  *all(): Iterable<Watcher> {
    for (const each of this.#byPost.values()) yield* each
  }
}

export type Changes = ReturnType<typeof createChanges>

const begin = ({ res, position, log }: Watch): void => {
  beginStream(res, { position, log })
  res.write(`retry: ${limits.reconnectMs}\n: watching\n\n`)
}

/**
 * Tells browsers that watch a post what changes on it (server-sent events). What is told is read from the rows: one who
 * returns learns what became of each thing since, not every step between.
 */
export const createChanges = (messages: () => ChangeMessages) => {
  const watchers = new Watchers()
  const feed = createChangeFeed()
  const touched = new Map<string, Set<string>>()

  const resume = ({ res, postId, position }: Watch, after: number) => {
    const missed = messages().since({ postId, after })
    if (missed) tell({ res, sentUpTo: after }, missed)
    else askToReload(res, position)
  }

  const heartbeat = setInterval(() => {
    for (const { res } of watchers.all()) if (!res.writableEnded) res.write(': heartbeat\n\n')
    feed.heartbeat()
  }, limits.heartbeatMs)
  heartbeat.unref()

  return {
    /** Begins to tell. Throws `unavailable` when too many watch already. The post must be one that may be seen. */
    watch(request: Watch): void {
      const { res, postId, after, position } = request
      if (watchers.count >= limits.watchersMax)
        throw new Problem('unavailable', { detail: 'Too many watchers at the moment.', retryAfter: 30 })
      const watcher: Watcher = { res, sentUpTo: Math.max(position, after ?? 0) }
      watchers.add(postId, watcher)
      res.on('close', () => watchers.remove(postId, watcher))
      begin(request)
      if (after !== undefined && after < position) resume(request, after)
    },
    /** What became of a post after a position; with none, nothing. The post must be one that may be seen. */
    missed({ postId, after, position }: Omit<Watch, 'res' | 'log'>): MissedChanges {
      const news = after === undefined || after >= position ? [] : messages().since({ postId, after })
      const changes = (news ?? []).map(({ position: at, data }) => ({
        position: at,
        change: JSON.parse(data),
      }))
      return { post: postId, position, reload: news === undefined, changes }
    },
    /** Begins to tell what changes on all posts. Throws `unavailable` when too many follow already. */
    follow: feed.follow,
    /** Notes what changed. Call it while events are applied. */
    touch({ postId, commentId = postId }: Touched): void {
      if (!watchers.has(postId) && !feed.isFollowed()) return
      const things = touched.get(postId)
      if (things) things.add(commentId)
      else touched.set(postId, new Set([commentId]))
    },
    /** Tells what was noted, as the rows have it. Call it after the commit that reached `position`. */
    flush(position: number): void {
      for (const [postId, things] of touched) {
        const news = messages().of(postId, things)
        for (const watcher of watchers.of(postId)) tell(watcher, news)
        if (feed.isFollowed()) feed.gather(postId, messages().shown(postId, news))
      }
      touched.clear()
      feed.flush(position)
      for (const watcher of watchers.all()) watcher.sentUpTo = Math.max(watcher.sentUpTo, position)
    },
    /** Another file answers, which has come further: everybody is told what the last one had not read yet. */
    catchUp({ from, position }: { from: number; position: number }): void {
      if (from === position) return
      feed.end()
      for (const [postId, watching] of watchers.byPost()) {
        const news = messages().since({ postId, after: from })
        for (const watcher of watching) {
          if (news) tell(watcher, news)
          else askToReload(watcher.res, position)
          watcher.sentUpTo = Math.max(watcher.sentUpTo, position)
        }
      }
    },
    /** What answers now is built from another log: positions that watchers know mean something else. */
    beginAgain(position: number): void {
      for (const [, watching] of watchers.byPost())
        for (const watcher of watching) {
          askToReload(watcher.res, position)
          watcher.sentUpTo = position
        }
    },
    count: (): number => watchers.count,
    close(): void {
      clearInterval(heartbeat)
      feed.end()
      for (const { res } of watchers.all()) res.end()
    },
  }
}
