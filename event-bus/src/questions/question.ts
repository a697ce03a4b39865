import type { Problem } from '@logbook/chassis/problem.ts'

/** The answer to an asker: the text of a reply, or why there is none. */
export type Answer =
  | {
      kind: 'replied'
      /** JSON. */
      data: string
      by: string | null
      attempt: number
      /** Called once the answer is sent or the asker has disconnected: until then it counts as held. */
      taken: () => void
    }
  | { kind: 'refused'; problem: Problem }

/** A question. `asker` is null where callers are not known. */
export interface Asked {
  id: string
  topic: string
  asker: string | null
  /** JSON. */
  data: string
  timeoutMs: number
  attempts: number
  /** Called once, unless the question is abandoned. */
  answered: (answer: Answer) => void
}

/** The lease of one answerer on one question. */
export interface Lease {
  token: string
  by: string | null
  /** By the steady clock, as are all times here. */
  until: number
}

export interface Question extends Asked {
  bytes: number
  deadline: number
  /** How many answerers were given it. */
  attempt: number
  /** Undefined while it waits for an answerer. */
  lease: Lease | undefined
}

/** A waiting claim. It takes turns until it gets questions, is abandoned or times out. */
export interface WaitingClaim {
  by: string | null
  max: number
  leaseMs: number
  /** Resolves the claim. */
  give: (questions: readonly Question[]) => void
}
