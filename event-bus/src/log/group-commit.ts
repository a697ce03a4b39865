import { setImmediate as afterIo } from 'node:timers/promises'
import type { AppendOutcome, AppendRequest, LogStore } from '@logbook/chassis/log/log-store.ts'
import { isProblem, Problem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'

interface Waiting {
  requests: readonly AppendRequest[]
  events: number
  bytes: number
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
  const waiting: Waiting[] = []
  let waitingEvents = 0
  let waitingBytes = 0
  let closed = false
  let running: Promise<void> | undefined

  const takeGroup = (): Waiting[] => {
    let events = 0
    let bytes = 0
    let size = 0
    // A request is never split, so a single one may exceed the bound; nothing else joins it then.
    while (size < waiting.length && (size === 0 || events < bounds.eventsPerCommitMax)) {
      events += waiting[size]?.events ?? 0
      bytes += waiting[size]?.bytes ?? 0
      size += 1
    }
    waitingEvents -= events
    waitingBytes -= bytes
    return waiting.splice(0, size)
  }

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

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      // Requests already in the sockets are read before this resumes, and join the group.
      await afterIo()
      await commit(takeGroup())
    }
    running = undefined
  }

  return {
    append(requests, bytes) {
      const events = requests.reduce((sum, request) => sum + request.length, 0)
      const overfull =
        waitingEvents + events > bounds.waitingEventsMax || waitingBytes + bytes > bounds.waitingBytesMax
      if (closed || (overfull && waiting.length > 0))
        return Promise.reject(
          new Problem('unavailable', {
            detail: closed ? 'The log is closing.' : 'Too many appends are waiting.',
            retryAfter: 1,
          }),
        )
      return new Promise((resolve, reject) => {
        waiting.push({ requests, events, bytes, resolve, reject })
        waitingEvents += events
        waitingBytes += bytes
        running ??= run()
      })
    },
    async close() {
      closed = true
      await running
    },
  }
}
