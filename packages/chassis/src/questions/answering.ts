import { setImmediate as afterIo } from 'node:timers/promises'
import { type ClaimedQuestion, claimedQuestion, repliesTaken } from '@logbook/contracts/http/questions.ts'
import { z } from 'zod'
import { createBatcher, type Sized } from '../async/batcher.ts'
import { repeat } from '../async/repeat.ts'
import { isProblem, Problem } from '../problem.ts'
import type { QuestionHttp } from './question-http.ts'

/** A question as its answerer sees it. */
export interface GivenQuestion extends Omit<ClaimedQuestion, 'token'> {
  /** Aborts when the lease ends: a reply is refused from then on. */
  readonly signal: AbortSignal
}

export interface AnswerOptions {
  /** Stops asking for questions; those that are being answered are answered. */
  signal: AbortSignal
  /** How many are answered at a time. */
  slots?: number
  /** How long a question is held. The next answerer gets it if there is no reply by then. */
  leaseMs?: number
  /** Told of replies that were not taken, of handlers that threw, and of a bus that can't be reached. */
  onProblem?: (error: unknown) => void
}

/** Returns what is replied. Throwing a `Problem` tells the asker its detail, anything else only that it failed. */
export type AnswerHandler = (question: GivenQuestion) => unknown

type ReplyLine = { token: string } & ({ data: unknown } | { error: string } | { pass: true })

const waitMs = 25_000
const replyBatchMax = 100
const replyMsMax = 5_000
/** Between two tries of who is refused. */
const refusedMs = 60_000
const backoffMs = { initial: 100, max: 5_000 }
const claimed = z.array(claimedQuestion)
const failed = 'The answerer failed.'

/** How long the bus asks for, or until an operator may have given this caller the right that it lacks. */
const waitAfter = (error: unknown): number => {
  if (isProblem(error, 'unauthenticated') || isProblem(error, 'forbidden')) return refusedMs
  return isProblem(error) ? (error.details.retryAfter ?? 0) * 1_000 : 0
}

/** Its signal is made where a handler looks at it, which most never do. */
const given = ({ token: _, ...question }: ClaimedQuestion): GivenQuestion => {
  const end = performance.now() + question.leaseMs
  return {
    ...question,
    get signal() {
      return AbortSignal.timeout(Math.max(0, Math.round(end - performance.now())))
    },
  }
}

const unbounded = Number.POSITIVE_INFINITY

/** Sends the replies of one moment in one request, one request at a time. */
const createReplying = (http: QuestionHttp, path: string, onProblem: (error: unknown) => void) =>
  createBatcher<Sized & { reply: ReplyLine }>({
    groupMax: { count: replyBatchMax, bytes: unbounded },
    waitingMax: { count: unbounded, bytes: unbounded },
    async send(group) {
      try {
        const replies = group.map(({ reply }) => reply)
        const outcome = repliesTaken.parse(
          await http.post(`${path}/reply`, { replies }, AbortSignal.timeout(replyMsMax)),
        )
        for (const { problem } of outcome.replies)
          if (problem) onProblem(new Problem(problem.code, { detail: problem.detail ?? problem.title }))
      } catch (error) {
        // Whether they were taken is not known; the leases end by themselves.
        onProblem(error)
      }
    },
  })

/** Answers questions of a topic until the signal aborts. Waits for a bus that is away. */
export const createAnswering =
  (http: QuestionHttp) =>
  async (
    topic: string,
    handler: AnswerHandler,
    { signal, slots = 8, leaseMs = 10_000, onProblem = () => {} }: AnswerOptions,
  ): Promise<void> => {
    const path = `/questions/${topic}`
    const replying = createReplying(http, path, onProblem)
    const send = (reply: ReplyLine) => replying.add({ reply, count: 1, bytes: 0 })
    const running = new Set<Promise<void>>()
    const replyTo = async (question: ClaimedQuestion): Promise<void> => {
      const { token } = question
      try {
        const data = await handler(given(question))
        send({ token, data: data ?? null })
      } catch (error) {
        onProblem(error)
        const detail = error instanceof Problem ? error.message : failed
        send({ token, error: detail.slice(0, 500) })
      }
    }
    const run = (question: ClaimedQuestion): void => {
      const answered = replyTo(question).finally(() => running.delete(answered))
      running.add(answered)
    }
    const turn = async (): Promise<void> => {
      if (running.size >= slots) await Promise.race(running)
      const body = { max: Math.min(100, slots - running.size), waitMs, leaseMs }
      for (const question of claimed.parse(await http.post(`${path}/claim`, body, signal))) run(question)
      // Quick handlers are through by then, and their slots free.
      if (running.size > 0) await afterIo()
    }
    await repeat(turn, { signal, backoffMs, onFailure: onProblem, waitMsMin: waitAfter })
    await Promise.all(running)
    await replying.idle()
  }
