/** An event as it stands in the log. */
export interface Recorded {
  position: number
  id: string
  subject: string
  version: number
}

/** One atomic append, as its writer saw it. */
export interface Append {
  ids: readonly string[]
  /** `unknown`: no answer came, so that both are right, all of it in the log or nothing. */
  outcome: 'acknowledged' | 'refused' | 'unknown'
  /** Empty unless acknowledged. */
  answer: readonly Recorded[]
  /** Milliseconds on the clock that all writers share. */
  startedAt: number
  endedAt: number
}

/** What a follower wrote down, over all its lives. */
export interface Followed {
  name: string
  saw: readonly Pick<Recorded, 'position' | 'id'>[]
}

/** One delivery of the durable subscription, as the claimer that got it wrote it down before it did anything else. */
export interface Delivery extends Recorded {
  claimer: string
  token: number
  /** The position that the bus said it delivered before this one. */
  previous: number
  /** Milliseconds since 1970: when the claimer had it in hands, and how long the lease was known to last. */
  at: number
  until: number
  /** When the claimer began to hand it back, as acknowledged or refused. From then on the lease may be over. */
  handedBackAt: number | null
  /** The bus confirmed the acknowledgement. */
  acknowledged: boolean
}

/** Everything that a run left behind. `log` is in the order in which the bus gave it. */
export interface History {
  log: readonly Recorded[]
  appends: readonly Append[]
  followers: readonly Followed[]
  deliveries: readonly Delivery[]
}
