import type { Logger } from '@logbook/chassis/logger.ts'
import { change } from '@logbook/contracts/http/query.ts'
import { entityId } from '@logbook/contracts/text.ts'
import type { Dispatcher } from 'undici'
import { z } from 'zod'
import { followStream, type StreamBounds } from '../follow-stream.ts'
import { newsOf } from './news.ts'
import type { News } from './ring.ts'

interface FeedOptions {
  query: Dispatcher
  bounds: StreamBounds
  logger: Logger
  /** From now on all that comes after this position is told. What rejects or throws here ends the feed for the moment. */
  onBegin: (position: number) => Promise<void>
  /** What changed, all of it up to this position. */
  onNews: (news: readonly News[], position: number) => void
  /** Nothing is told for the moment. */
  onEnd: () => void
}

const told = z.object({ post: entityId, change })

/** Follows query's feed of all changes until the signal aborts. */
export const followFeed = (
  { query, bounds, logger, onBegin, onNews, onEnd }: FeedOptions,
  signal: AbortSignal,
): Promise<void> => {
  let gathered: News[] = []
  return followStream(
    {
      ...{ dispatcher: query, path: '/changes/feed', service: 'query', what: 'all changes' },
      ...{ bounds, logger, onEnd },
      onEvent({ id, event, data }, { begun, fail }) {
        const position = Number(id)
        if (event === 'begin') {
          gathered = []
          onBegin(position).then(begun, fail)
        } else if (event === 'flushed') {
          onNews(gathered, position)
          gathered = []
        } else {
          const { post: postId, change: what } = told.parse(JSON.parse(data))
          gathered.push(newsOf({ postId, position, change: what }))
        }
      },
    },
    signal,
  )
}
