/** What the system says, without the path that it names: people who upload read it. The log has the cause. */
const withoutPath = ({ message, syscall }: NodeJS.ErrnoException): string => {
  const at = syscall === undefined ? -1 : message.indexOf(`, ${syscall}`)
  return at < 0 ? message : message.slice(0, at)
}

/** The storage can't do its work at present, through no fault of the object: the same call may succeed later. */
export class StorageUnavailable extends Error {
  override name = 'StorageUnavailable'
  /** `full` where there is no room, `away` where it can't be reached or answers with a fault of its own. */
  readonly kind: 'full' | 'away'

  constructor(kind: 'full' | 'away', cause: unknown) {
    const reason = cause instanceof Error ? withoutPath(cause) : String(cause)
    super(kind === 'full' ? `The storage is full: ${reason}` : `The storage is not available: ${reason}`, {
      cause,
    })
    this.kind = kind
  }
}
