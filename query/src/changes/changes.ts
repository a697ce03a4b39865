import { Problem } from '@logbook/chassis/problem.ts'
import type { MissedChanges } from '@logbook/contracts/http/query.ts'
import type { Response } from 'express'
import { limits } from '../limits.ts'
import type { Touched } from '../projections/touched.ts'
import { beginStream, createChangeFeed, type LogPosition } from './feed.ts'
import { type ChangeMessages, type Message, printMessage } from './messages.ts'

interface Watcher {
  res: Response
  /** Everything up to this position was sent, or was in the page that the browser has. */
  sentUpTo: number
}

interface Watch extends LogPosition {
  res: Response
  postId: string
  /** The last position that the browser has seen; undefined for a new one. */
  after: number | undefined
}

const send = (watcher: Watcher, messages: readonly Message[]): void => {
  const { res } = watcher
  const unsent = messages.filter(({ position }) => position > watcher.sentUpTo)
  // A stream that was ended stays here until its connection is closed.
  if (unsent.length === 0 || res.writableEnded) return
  // A watcher that does not read is disconnected; when it returns with its last id, it gets what it missed.
  if (res.writableLength > limits.watcherBytesMax) {
    res.destroy()
    return
  }
  // The removal is all that is sent of a post that is no longer public.
  const removed = unsent.find(({ kind }) => kind === 'post-removed')
  res.write((removed ? [removed] : unsent).map(printMessage).join(''))
  if (removed) res.end()
}

const askToReload = (res: Response, position: number): void => {
  if (!res.writableEnded) res.write(`id: ${position}\nevent: reload\ndata: {}\n\n`)
}

/** The watchers by post. */
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
 * Sends changes of a post to browsers that watch it (server-sent events). Messages are read from the rows: a browser that returns
 * gets the present state of each changed item, not every step in between.
 */
export const createChanges = (messages: () => ChangeMessages) => {
  const watchers = new Watchers()
  const feed = createChangeFeed()
  const touched = new Map<string, Set<string>>()

  const resume = ({ res, postId, position }: Watch, after: number) => {
    const missed = messages().since({ postId, after })
    if (missed) send({ res, sentUpTo: after }, missed)
    else askToReload(res, position)
  }

  const heartbeat = setInterval(() => {
    for (const { res } of watchers.all()) if (!res.writableEnded) res.write(': heartbeat\n\n')
    feed.heartbeat()
  }, limits.heartbeatMs)
  heartbeat.unref()

  return {
    /** Starts a stream. Throws `unavailable` if there are too many watchers. The post must be public. */
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
    /** The changes of a post after a position; none without a position. The post must be public. */
    missed({ postId, after, position }: Omit<Watch, 'res' | 'log'>): MissedChanges {
      const missed = after === undefined || after >= position ? [] : messages().since({ postId, after })
      const changes = (missed ?? []).map(({ position: at, data }) => ({
        position: at,
        change: JSON.parse(data),
      }))
      return { post: postId, position, reload: missed === undefined, changes }
    },
    /** Starts a stream of the changes of all posts. Throws `unavailable` if there are too many followers. */
    follow: feed.follow,
    /** Notes a change. Call it while events are applied. */
    touch({ postId, commentId = postId }: Touched): void {
      if (!watchers.has(postId) && !feed.isFollowed()) return
      const things = touched.get(postId)
      if (things) things.add(commentId)
      else touched.set(postId, new Set([commentId]))
    },
    /** Sends the noted changes, as they are in the rows. Call it after the commit that reached `position`. */
    flush(position: number): void {
      for (const [postId, things] of touched) {
        const changed = messages().of(postId, things)
        for (const watcher of watchers.of(postId)) send(watcher, changed)
        if (feed.isFollowed()) feed.gather(postId, messages().shown(postId, changed))
      }
      touched.clear()
      feed.flush(position)
      for (const watcher of watchers.all()) watcher.sentUpTo = Math.max(watcher.sentUpTo, position)
    },
    /** Another file answers, which is further ahead: sends what the previous one had not read yet. */
    catchUp({ from, position }: { from: number; position: number }): void {
      if (from === position) return
      feed.end()
      for (const [postId, watching] of watchers.byPost()) {
        const missed = messages().since({ postId, after: from })
        for (const watcher of watching) {
          if (missed) send(watcher, missed)
          else askToReload(watcher.res, position)
          watcher.sentUpTo = Math.max(watcher.sentUpTo, position)
        }
      }
    },
    /** The view is now of another log: the positions that watchers know are no longer valid. */
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
