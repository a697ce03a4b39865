import type { Problem } from '@logbook/chassis/problem.ts'

/** What an asker is answered with: the text of a reply, or why there is none. */
export type Answer =
  | {
      kind: 'replied'
      /** JSON. */
      data: string
      by: string | null
      attempt: number
      /** To be called once the asker has taken the answer or has gone: until then it counts as held. */
      taken: () => void
    }
  | { kind: 'refused'; problem: Problem }

/** A question as it is asked. `asker` is null where the bus knows no callers. */
export interface Asked {
  id: string
  topic: string
  asker: string | null
  /** JSON. */
  data: string
  timeoutMs: number
  attempts: number
  /** Told once, unless the question is abandoned. */
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

/** A claim that waits, and takes part in turns until it is given something, given up or out of time. */
export interface WaitingClaim {
  by: string | null
  max: number
  leaseMs: number
  /** Resolves the claim. */
  give: (questions: readonly Question[]) => void
}
