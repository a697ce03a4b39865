import type { Appended } from '@logbook/contracts/envelope.ts'
import type { LogIdentity } from '@logbook/contracts/http/log-identity.ts'
import { createBatcher, type Sized } from '../async/batcher.ts'
import { isTransient, retryTransient } from '../async/retry.ts'
import { Problem } from '../problem.ts'
import { isSameLog } from './agreed-log.ts'
import type { Placed } from './bus.ts'
import { problemOf } from './bus-http.ts'
import { isRefusedByDisk } from './problems.ts'

export interface AppendBounds {
  /** How long an append is tried for before it is `unavailable`. */
  tryMsMax: number
  attemptMsMax: number
  appendsPerRequestMax: number
  requestBytesMax: number
  waitingAppendsMax: number
  waitingBytesMax: number
}

export const appendBounds: AppendBounds = {
  tryMsMax: 10_000,
  attemptMsMax: 10_000,
  appendsPerRequestMax: 2_000,
  requestBytesMax: 2 * 1024 * 1024,
  waitingAppendsMax: 20_000,
  waitingBytesMax: 64 * 1024 * 1024,
}

interface Waiting extends Sized {
  line: string
  log: LogIdentity | undefined
  deadline: number
  resolve: (events: Placed[]) => void
  reject: (error: unknown) => void
}

interface Answer {
  status: number
  events?: Appended[]
}

const readAnswers = (text: string, count: number): Answer[] => {
  const lines = text.split('\n').filter(Boolean)
  try {
    if (lines.length === count) return lines.map((line) => JSON.parse(line))
  } catch {
    // A line that is not JSON is as good as a missing one.
  }
  throw new Problem('unavailable', { detail: 'The event bus gave an answer that is not its own.' })
}

const repeatedStatus = 200

/** What stood in the log already. */
export const asRepeated = (events: readonly Appended[]): Placed[] =>
  events.map((event) => ({ ...event, repeated: true }))

/** Settles each append by its own line, and returns those whose line asks to come back. */
const settle = (group: readonly Waiting[], answers: readonly Answer[]): Waiting[] =>
  group.filter((waiting, index) => {
    const answer = answers[index]
    if (answer?.events) {
      waiting.resolve(answer.status === repeatedStatus ? asRepeated(answer.events) : answer.events)
      return false
    }
    const problem = problemOf(answer)
    if (isTransient(problem)) return true
    waiting.reject(problem)
    return false
  })

export interface AppendQueue {
  /** `line` is one append as JSON, an event or an array; `log` is the one that it was decided by. */
  append(line: string, log?: LogIdentity): Promise<Placed[]>
}

/**
 * Merges the appends of one process: while a request is under way, what comes waits, and goes with the next one, a line
 * each, as long as they name the same log. One request at a time, so appends reach the log in the order of the calls. A request that failed on the way is sent
 * again, which the ids make safe, until its appends' time is up; one that the disk of the bus refused is not.
 */
export const createAppendQueue = ({
  post,
  bounds = appendBounds,
}: {
  post: (body: string, request: { timeoutMs: number; log: LogIdentity | undefined }) => Promise<string>
  bounds?: AppendBounds
}): AppendQueue => {
  const stillInTime = (group: readonly Waiting[], why: unknown): Waiting[] => {
    const now = performance.now()
    return group.filter(({ deadline, reject }) => {
      if (deadline > now) return true
      reject(why)
      return false
    })
  }

  const send = async (whole: readonly Waiting[]): Promise<void> => {
    let group: readonly Waiting[] = whole
    const end = Math.max(...group.map(({ deadline }) => deadline))
    const attempt = async () => {
      const timeoutMs = Math.max(1, Math.min(bounds.attemptMsMax, end - performance.now()))
      const body = `${group.map(({ line }) => line).join('\n')}\n`
      const text = await post(body, { timeoutMs, log: group[0]?.log })
      group = settle(group, readAnswers(text, group.length))
      if (group.length > 0)
        throw new Problem('unavailable', { detail: 'The event bus can not write at the moment.' })
    }
    try {
      await retryTransient(attempt, {
        deadline: end,
        goOn(error) {
          if (isRefusedByDisk(error)) return false
          group = stillInTime(group, error)
          return group.length > 0
        },
      })
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }

  const batcher = createBatcher<Waiting>({
    send,
    groupMax: { count: bounds.appendsPerRequestMax, bytes: bounds.requestBytesMax },
    waitingMax: { count: bounds.waitingAppendsMax, bytes: bounds.waitingBytesMax },
    joins: ({ log }, first) => isSameLog(log, first.log),
  })

  return {
    append: (line, log) =>
      new Promise((resolve, reject) => {
        const deadline = performance.now() + bounds.tryMsMax
        const size = { count: 1, bytes: Buffer.byteLength(line) }
        if (!batcher.add({ line, log, ...size, deadline, resolve, reject }))
          reject(
            new Problem('unavailable', { detail: 'Too many appends wait for the event bus.', retryAfter: 1 }),
          )
      }),
  }
}
