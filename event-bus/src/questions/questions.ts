import { randomUUID } from 'node:crypto'
import { Problem } from '@logbook/chassis/problem.ts'
import type { QuestionTopicStatus } from '@logbook/contracts/http/questions.ts'
import { createAlarm } from '../subscriptions/alarm.ts'
import { admitClaim, admitQuestion, admitReply } from './admission.ts'
import { EndedLeases, replyRefused } from './ended-leases.ts'
import type { QuestionMetrics } from './metrics.ts'
import type { Answer, Asked, Question, WaitingClaim } from './question.ts'
import { Topics } from './topics.ts'

/** An answerer's reply: JSON, a failure, or a release to the next answerer. */
export type Said = { kind: 'data'; data: string } | { kind: 'error'; error: string } | { kind: 'pass' }

interface Options {
  /** Whole milliseconds that only rise. */
  steady: () => number
  metrics: QuestionMetrics
}

const unanswered = (question: Question, answerers: number): Problem => {
  const { attempt } = question
  const detail =
    attempt > 0
      ? `${attempt === 1 ? 'One answerer was' : `${attempt} answerers were`} given the question, and none replied in time.`
      : answerers === 0
        ? 'No answerer asks for questions of this topic.'
        : 'No answerer was free in time.'
  return new Problem('no-answer', { detail, extensions: { id: question.id, attempts: attempt } })
}

/**
 * Open questions, in memory only. At most one answerer holds a question at a time, and its asker gets at most one answer. An answerer
 * that does not reply within its lease loses the question to the next one.
 */
export class Questions {
  readonly #steady: () => number
  readonly #metrics: QuestionMetrics
  readonly #topics = new Topics({ lease: (question, claim) => this.#leaseTo(question, claim) })
  readonly #open = new Set<Question>()
  /** The ids of each asker's. */
  readonly #ids = new Map<string | null, Set<string>>()
  /** By the token of the lease. */
  readonly #held = new Map<string, Question>()
  readonly #ended = new EndedLeases()
  readonly #claims = new Map<WaitingClaim, string>()
  readonly #boot = randomUUID()
  readonly #alarm: ReturnType<typeof createAlarm>
  #bytes = 0
  #leases = 0
  #ringsAt = Number.POSITIVE_INFINITY
  #closed = false

  constructor({ steady, metrics }: Options) {
    this.#steady = steady
    this.#metrics = metrics
    this.#alarm = createAlarm({ now: steady, ring: () => this.#sweep() })
    metrics.observe(() => this.statuses())
  }

  /** Adds a question, and returns a function that abandons it. Throws `too-many`, `unavailable`, `too-large` or `id-conflict`. */
  ask(asked: Asked): () => void {
    const bytes = Buffer.byteLength(asked.data)
    const own = this.#ids.get(asked.asker) ?? new Set<string>()
    const state = { own, topics: this.#topics, bytes: this.#bytes, closed: this.#closed }
    admitQuestion(asked, { ...state, size: bytes })
    const deadline = this.#steady() + asked.timeoutMs
    const question: Question = { ...asked, bytes, deadline, attempt: 0, lease: undefined }
    this.#open.add(question)
    this.#ids.set(asked.asker, own.add(asked.id))
    this.#bytes += bytes
    this.#topics.add(question)
    this.#ringBy(deadline)
    return () => this.#abandon(question)
  }

  /** Resolves with the claimed questions; none once `left` aborts. */
  claim(
    topic: string,
    { left, ...wanted }: Omit<WaitingClaim, 'give'> & { left: AbortSignal },
  ): Promise<readonly Question[]> {
    const state = { claims: this.#claims.keys(), topics: this.#topics, closed: this.#closed }
    admitClaim({ by: wanted.by, topic, ...state })
    if (left.aborted) return Promise.resolve([])
    return new Promise((resolve) => {
      const end = (questions: readonly Question[]) => {
        left.removeEventListener('abort', leave)
        this.#claims.delete(claim)
        resolve(questions)
      }
      const leave = () => {
        this.#topics.leave(topic, claim)
        end([])
      }
      const claim: WaitingClaim = { ...wanted, give: end }
      this.#claims.set(claim, topic)
      left.addEventListener('abort', leave)
      this.#topics.wait(topic, claim)
    })
  }

  /** Returns questions that could not be sent, by lease tokens, as if they had not been claimed. */
  unsent(tokens: readonly string[]): void {
    for (const token of tokens.toReversed()) {
      const question = this.#held.get(token)
      if (question === undefined) continue
      this.#endLease(question, 'lease-ended')
      question.attempt -= 1
      this.#topics.again(question)
    }
  }

  /** Accepts a reply from the answerer that holds the question. Throws `conflict` with the `reason`, `forbidden` or `unavailable`. */
  reply({ topic, token, by }: { topic: string; token: string; by: string | null }, said: Said): void {
    const question = this.#held.get(token)
    try {
      // The alarm may ring late, so expiries are applied here first.
      if (question !== undefined) this.#endIfDue(question, this.#steady())
      if (question?.lease?.token !== token || question.topic !== topic)
        throw replyRefused(this.#ended.reasonOf(token))
      if (question.lease.by !== by)
        throw new Problem('forbidden', { detail: 'Another caller has this lease.' })
    } catch (error) {
      if (error instanceof Problem) this.#metrics.replyRefused(error)
      throw error
    }
    if (said.kind === 'pass') this.#next(question)
    else if (said.kind === 'error') this.#fail(question, said.error)
    else this.#replied(question, said.data)
  }

  statuses(): QuestionTopicStatus[] {
    return this.#topics.statuses()
  }

  /** Answers claims with nothing, and askers with an unknown outcome. */
  close(): void {
    this.#closed = true
    this.#alarm.stop()
    const problem = new Problem('unavailable', {
      detail: 'The bus is stopping. Whether an answerer has handled the question is not known.',
      retryAfter: 1,
    })
    for (const question of [...this.#open]) this.#answer(question, { kind: 'refused', problem })
    for (const [claim, topic] of [...this.#claims]) {
      this.#topics.leave(topic, claim)
      claim.give([])
    }
  }

  #replied(question: Question, data: string): void {
    const size = Buffer.byteLength(data)
    admitReply({ size, bytes: this.#bytes })
    this.#bytes += size
    let held = size
    const taken = () => {
      this.#bytes -= held
      held = 0
    }
    const by = question.lease?.by ?? null
    this.#answer(question, { kind: 'replied', data, by, attempt: question.attempt, taken })
  }

  #leaseTo(question: Question, claim: WaitingClaim): void {
    const until = Math.min(this.#steady() + claim.leaseMs, question.deadline)
    const token = `${this.#boot}.${++this.#leases}`
    question.lease = { token, by: claim.by, until }
    question.attempt += 1
    this.#held.set(token, question)
    this.#ringBy(until)
  }

  #endLease(question: Question, reason: Parameters<EndedLeases['note']>[1]): void {
    if (question.lease === undefined) return
    this.#held.delete(question.lease.token)
    this.#ended.note(question.lease.token, reason)
    question.lease = undefined
  }

  /** Offers the question to the next answerer, or fails it after the last allowed attempt. */
  #next(question: Question): void {
    this.#endLease(question, 'lease-ended')
    if (question.attempt < question.attempts) this.#topics.again(question)
    else this.#giveUp(question)
  }

  #giveUp(question: Question): void {
    const problem = unanswered(question, this.#topics.answerersOf(question.topic))
    this.#answer(question, { kind: 'refused', problem }, 'late')
  }

  #fail(question: Question, detail: string): void {
    const problem = new Problem('answer-failed', { detail, extensions: { id: question.id } })
    this.#answer(question, { kind: 'refused', problem })
  }

  #answer(question: Question, answer: Answer, reason: 'answered' | 'late' = 'answered'): void {
    this.#end(question, reason)
    this.#metrics.answered(answer)
    question.answered(answer)
  }

  #abandon(question: Question): void {
    if (!this.#open.has(question)) return
    this.#end(question, 'asker-gone')
    this.#metrics.abandoned()
  }

  #end(question: Question, reason: Parameters<EndedLeases['note']>[1]): void {
    this.#topics.remove(question)
    this.#endLease(question, reason)
    this.#open.delete(question)
    const own = this.#ids.get(question.asker)
    own?.delete(question.id)
    if (own?.size === 0) this.#ids.delete(question.asker)
    this.#bytes -= question.bytes
  }

  #endIfDue(question: Question, now: number): void {
    if (question.deadline <= now) this.#giveUp(question)
    else if (question.lease !== undefined && question.lease.until <= now) this.#next(question)
  }

  #ringBy(at: number): void {
    if (at >= this.#ringsAt) return
    this.#ringsAt = at
    this.#alarm.set(at)
  }

  #sweep(): void {
    const now = this.#steady()
    for (const question of [...this.#open]) this.#endIfDue(question, now)
    this.#ringsAt = Number.POSITIVE_INFINITY
    let next = Number.POSITIVE_INFINITY
    for (const { deadline, lease } of this.#open) next = Math.min(next, lease?.until ?? deadline)
    if (next !== Number.POSITIVE_INFINITY) this.#ringBy(next)
  }
}
