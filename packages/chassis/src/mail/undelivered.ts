/** A message was not taken. `code` is all that is kept of why: what a server answers may name the address. */
export class Undelivered extends Error {
  readonly code: string
  /** Trying again is of no use. */
  readonly forGood: boolean
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: string,
    { forGood, retryAfterMs }: { forGood: boolean; retryAfterMs?: number | undefined },
  ) {
    super(`undelivered: ${code}`)
    this.code = code
    this.forGood = forGood
    this.retryAfterMs = retryAfterMs
  }
}
