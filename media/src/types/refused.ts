/** A fetch failed by what is outside of this service. Another attempt may help. `unreachable` is the host that could not be reached. */
export class FetchFailed extends Error {
  override name = 'FetchFailed'
  readonly unreachable: string | null
  constructor(cause: Error, unreachable: string | null) {
    super(cause.message, { cause })
    this.unreachable = unreachable
  }
}

/** The file itself is at fault, so that a retry would fail too. The message is a sentence for its owner. */
export class MediaRefused extends Error {
  override name = 'MediaRefused'
}
