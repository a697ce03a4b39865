import { createBatcher, type Sized } from '@logbook/chassis/async/batcher.ts'
import type { AppendOutcome, AppendRequest, LogStore } from '@logbook/chassis/log/log-store.ts'
import { isProblem, Problem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'

interface Waiting extends Sized {
  requests: readonly AppendRequest[]
  resolve: (outcomes: AppendOutcome[]) => void
  reject: (error: unknown) => void
}

export interface GroupCommit {
  /**
   * Resolves once durable, with one outcome per request. `bytes` is the memory that the requests take. Rejects with
   * `unavailable` when too much is waiting, or when the disk fails: then nothing was recorded.
   */
  append(requests: readonly AppendRequest[], bytes: number): Promise<AppendOutcome[]>
  /** Refuses further appends, and resolves once all waiting ones are committed. */
  close(): Promise<void>
}

export type CommitBounds = Record<'waitingEventsMax' | 'waitingBytesMax' | 'eventsPerCommitMax', number>

/** Group commit: one fsync for all appends that arrived during the last one. `onCommit` is called after they are answered, so that readers do not delay writers. */
export const createGroupCommit = ({
  store,
  onCommit,
  bounds = limits,
}: {
  store: Pick<LogStore, 'append'>
  onCommit: () => void
  bounds?: CommitBounds
}): GroupCommit => {
  let closed = false

  const commit = async (group: readonly Waiting[]): Promise<void> => {
    try {
      const outcomes = await store.append(group.flatMap(({ requests }) => requests))
      let from = 0
      for (const { requests, resolve } of group) {
        resolve(outcomes.slice(from, from + requests.length))
        from += requests.length
      }
      setImmediate(onCommit)
    } catch (error) {
      // A disk fault refuses all. Any other error has one culprit, and must not refuse the others.
      if (group.length === 1 || isProblem(error, 'unavailable')) for (const { reject } of group) reject(error)
      else for (const one of group) await commit([one])
    }
  }

  const batcher = createBatcher<Waiting>({
    send: commit,
    groupMax: { count: bounds.eventsPerCommitMax, bytes: Number.POSITIVE_INFINITY },
    waitingMax: { count: bounds.waitingEventsMax, bytes: bounds.waitingBytesMax },
  })

  return {
    append: (requests, bytes) =>
      new Promise((resolve, reject) => {
        const count = requests.reduce((sum, request) => sum + request.length, 0)
        if (!closed && batcher.add({ requests, count, bytes, resolve, reject })) return
        const detail = closed ? 'The log is closing.' : 'Too many appends are waiting.'
        reject(new Problem('unavailable', { detail, retryAfter: 1 }))
      }),
    close() {
      closed = true
      return batcher.idle()
    },
  }
}
