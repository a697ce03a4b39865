/**
 * What a failure is about. `message`: this one alone. `address`: no message can reach it. `server`: any other message would meet it as well
 * at the moment.
 */
export type FailureOf = 'message' | 'address' | 'server'

/** A message was not taken. `code` is all that is kept of why: what a server answers may name the address. */
export class Undelivered extends Error {
  readonly code: string
  /** Trying again is of no use. */
  readonly forGood: boolean
  readonly about: FailureOf
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: string,
    {
      forGood,
      about = 'message',
      retryAfterMs,
    }: { forGood: boolean; about?: FailureOf; retryAfterMs?: number | undefined },
  ) {
    super(`undelivered: ${code}`)
    this.code = code
    this.forGood = forGood
    this.about = about
    this.retryAfterMs = retryAfterMs
  }
}
