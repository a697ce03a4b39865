import type { Logger } from '@logbook/chassis/logger.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { Dispatcher } from 'undici'
import type { StreamBounds } from '../follow-stream.ts'
import { followFeed } from './feed.ts'
import { type AskMissed, newsOfMissed } from './missed.ts'
import { reload, removed } from './news.ts'
import { createRing, type News } from './ring.ts'
import type { Watchers } from './watchers.ts'

interface AllChangesOptions {
  query: Dispatcher
  ask: AskMissed
  watchers: Watchers
  /** Called before those who watch are told of changes up to a position. */
  onTold: (position: number) => void
  bounds: StreamBounds & { ringEntriesMax: number; ringCharsMax: number; questionsMax: number }
  logger: Logger
}

/**
 * Hears of all changes by one stream and tells those who watch. Where the stream breaks and begins again, query is asked for each
 * watched post what was missed meanwhile.
 */
export const createAllChanges = ({ query, ask, watchers, onTold, bounds, logger }: AllChangesOptions) => {
  const ring = createRing({ entriesMax: bounds.ringEntriesMax, charsMax: bounds.ringCharsMax })
  const stop = new AbortController()
  /** Posts of which query is being asked: what is new of them is told after what is old. */
  const catchingUp = new Set<string>()
  let position: number | undefined
  let running: Promise<void> | undefined

  const since = (postId: string, after: number): readonly News[] | undefined => ring.since({ postId, after })

  const catchUp = async ({ postId, after }: { postId: string; after: number }): Promise<void> => {
    const answer = await ask({ search: `?post=${postId}&after=${after}`, headers: {} })
    catchingUp.delete(postId)
    if ('missed' in answer) {
      const upTo = answer.missed.position
      const later = since(postId, upTo)
      const news = later ? [...newsOfMissed(answer.missed), ...later] : [reload(postId, upTo)]
      return watchers.tellPost(postId, news)
    }
    if (answer.refused.status !== 404)
      throw new Problem('unavailable', { detail: `query answered ${answer.refused.status}.` })
    watchers.tellPost(postId, [removed(postId)])
  }

  const onBegin = async (at: number): Promise<void> => {
    ring.restart(at)
    position = at
    onTold(at)
    const behind = watchers.posts()
    for (const { postId } of behind) catchingUp.add(postId)
    const worker = async () => {
      for (let next = behind.pop(); next && position !== undefined; next = behind.pop()) await catchUp(next)
    }
    await Promise.all(Array.from({ length: bounds.questionsMax }, worker))
  }

  const onNews = (news: readonly News[], upTo: number): void => {
    position = upTo
    onTold(upTo)
    const byPost = new Map<string, News[]>()
    for (const each of news) {
      ring.add(each)
      if (!watchers.has(each.postId) || catchingUp.has(each.postId)) continue
      const others = byPost.get(each.postId)
      if (others) others.push(each)
      else byPost.set(each.postId, [each])
    }
    for (const [postId, ofPost] of byPost) watchers.tellPost(postId, ofPost)
  }

  const onEnd = (): void => {
    position = undefined
    catchingUp.clear()
  }

  return {
    /** Begins to follow with the first watcher. */
    start(): void {
      running ??= followFeed({ query, bounds, logger, onBegin, onNews, onEnd }, stop.signal)
    },
    /** The log position up to which all is told; undefined while the stream is broken. */
    get position(): number | undefined {
      return position
    },
    /** What became of a watched post since a position, where query need not be asked for that. */
    known(postId: string, after: number | undefined): readonly News[] | undefined {
      if (position === undefined || !watchers.has(postId)) return undefined
      return after === undefined ? [] : since(postId, after)
    },
    /** What came on a post after a position; undefined where that goes further back than is remembered. */
    since,
    /** Ends the stream; resolves when it has ended. */
    async stop(): Promise<void> {
      stop.abort()
      await running
    },
  }
}
