import { Problem } from '@logbook/chassis/problem.ts'
import type { ReplyRefusal } from '@logbook/contracts/http/questions.ts'
import { questionLimits } from './limits.ts'

const said: Record<ReplyRefusal, string> = {
  answered: 'The question was answered.',
  late: 'The question had timed out, and its asker was answered so.',
  'lease-ended': 'The lease ended, and the question went to another answerer or was given up.',
  'asker-gone': 'The asker has gone.',
  unknown: 'No question is held with this token: the bus was started again since, or it was long ago.',
}

/** Why a reply is refused: `conflict` with the `reason`. */
export const replyRefused = (reason: ReplyRefusal): Problem =>
  new Problem('conflict', { detail: said[reason], extensions: { reason } })

/** The outcomes of the leases that ended last, by their tokens. */
export class EndedLeases {
  readonly #reasons = new Map<string, ReplyRefusal>()
  readonly #max: number

  constructor({ max = questionLimits.endedLeasesMax }: { max?: number } = {}) {
    this.#max = max
  }

  note(token: string, reason: ReplyRefusal): void {
    this.#reasons.set(token, reason)
    if (this.#reasons.size <= this.#max) return
    const [oldest] = this.#reasons.keys()
    if (oldest !== undefined) this.#reasons.delete(oldest)
  }

  reasonOf(token: string): ReplyRefusal {
    return this.#reasons.get(token) ?? 'unknown'
  }
}
