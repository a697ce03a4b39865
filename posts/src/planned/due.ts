import type { WallClock } from '@logbook/chassis/clock.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { limits } from '../limits.ts'
import type { DuePost, PostList } from '../read-model/post-list.ts'
import type { Writer } from '../routes/writer.ts'

interface DuePosts {
  list: Pick<PostList, 'due'>
  writer: Pick<Writer, 'publish'>
  clock: WallClock
  logger: Logger
  /** Whether the list is as new as the log. */
  isReady: () => boolean
}

/**
 * Publishes drafts at the time that their authors set, within `limits.dueEveryMs`. What comes due while this process is down is published
 * when it is back; two processes publish a draft once, for the log takes the first of two appends to a stream.
 */
export const createDuePosts = ({ list, writer, clock, logger, isReady }: DuePosts) => {
  const faults = new Map<string, string>()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  const publish = async ({ id, publishAt }: DuePost): Promise<void> => {
    const command = { kind: 'publish', at: clock.now().toISOString(), due: publishAt } as const
    try {
      await writer.publish(id, command, { caller: { kind: 'service', name: 'posts' } })
      faults.delete(id)
    } catch (error) {
      const fault = String(error)
      // It is tried again at each look, and told once.
      if (faults.get(id) !== fault) logger.warn({ err: error, id }, 'a post that is due is not published yet')
      faults.set(id, fault)
    }
  }

  const look = async (): Promise<void> => {
    if (!isReady()) return
    for (const due of list.due(clock.now().toISOString())) await publish(due)
  }

  const again = () => {
    timer = setTimeout(() => {
      running = look()
        .catch((error: unknown) => logger.error({ err: error }, 'posts that are due cannot be looked for'))
        .finally(() => {
          if (timer !== undefined) again()
        })
    }, limits.dueEveryMs)
  }

  return {
    start: again,
    async close(): Promise<void> {
      clearTimeout(timer)
      timer = undefined
      await running
    },
  }
}
