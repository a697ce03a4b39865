import { repeat } from '@logbook/chassis/async/repeat.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { change } from '@logbook/contracts/http/query.ts'
import { entityId } from '@logbook/contracts/text.ts'
import { createParser } from 'eventsource-parser'
import type { Dispatcher } from 'undici'
import { z } from 'zod'
import { newsOf } from './news.ts'
import type { News } from './ring.ts'

export interface FeedBounds {
  /** How long the head of the answer may take, and how long it may say nothing after that. */
  answerMsMax: number
  silenceMsMax: number
  backoffMs: { initial: number; max: number }
}

interface FeedOptions {
  query: Dispatcher
  bounds: FeedBounds
  logger: Logger
  /** From now on all that comes after this position is told. What rejects or throws here ends the feed for the moment. */
  onBegin: (position: number) => Promise<void>
  /** What changed, all of it up to this position. */
  onNews: (news: readonly News[], position: number) => void
  /** Nothing is told for the moment. */
  onEnd: () => void
}

const told = z.object({ post: entityId, change })

/** Follows query's feed of all changes until the signal aborts. One that breaks is begun again, with growing pauses. */
export const followFeed = async (
  { query, bounds, logger, onBegin, onNews, onEnd }: FeedOptions,
  signal: AbortSignal,
): Promise<void> => {
  const follow = async (onBegun: () => void): Promise<void> => {
    const over = new AbortController()
    const { statusCode, body } = await query.request({
      method: 'GET',
      path: '/changes/feed',
      headers: { accept: 'text/event-stream' },
      headersTimeout: bounds.answerMsMax,
      bodyTimeout: bounds.silenceMsMax,
      signal: AbortSignal.any([signal, over.signal]),
    })
    if (statusCode !== 200) {
      await body.dump()
      throw new Problem('unavailable', { detail: `query answered ${statusCode} to who follows all changes.` })
    }
    let gathered: News[] = []
    const parser = createParser({
      onEvent({ id, event, data }) {
        const position = Number(id)
        if (event === 'begin') {
          onBegin(position).then(onBegun, (error: unknown) => over.abort(error))
        } else if (event === 'flushed') {
          onNews(gathered, position)
          gathered = []
        } else {
          const { post: postId, change: what } = told.parse(JSON.parse(data))
          gathered.push(newsOf({ postId, position, change: what }))
        }
      },
    })
    const decoder = new TextDecoder()
    for await (const chunk of body) parser.feed(decoder.decode(chunk, { stream: true }))
    throw new Problem('unavailable', { detail: 'query ended the feed of all changes.' })
  }

  let isAway = false
  const turn = (progressed: () => void) =>
    follow(() => {
      if (isAway) logger.info('following all changes again')
      isAway = false
      progressed()
    }).finally(onEnd)
  await repeat(turn, {
    ...{ signal, backoffMs: bounds.backoffMs },
    onFailure(error) {
      if (!isAway) logger.warn({ err: error }, 'changes are not told for the moment')
      isAway = true
    },
  })
}
