/** The storage can't do its work at present, through no fault of the object: the same call may succeed later. */
export class StorageUnavailable extends Error {
  override name = 'StorageUnavailable'
  /** `full` where there is no room, `away` where it can't be reached or answers with a fault of its own. */
  readonly kind: 'full' | 'away'

  constructor(kind: 'full' | 'away', cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(kind === 'full' ? `The storage is full: ${reason}` : `The storage is not available: ${reason}`, {
      cause,
    })
    this.kind = kind
  }
}
