const delayMs = 200

/**
 * The checkpoint of pages in which nothing was for this consumer. Rows are written with theirs, in one transaction; here there are
 * none, and a second read of such a page finds nothing in it again. So it is written a moment later, once for all of them: a file
 * that syncs each commit would otherwise have the disk for itself after each event of others.
 */
export const createLateCheckpoint = <Checkpoint>(write: (latest: Checkpoint) => void) => {
  let latest: Checkpoint | undefined
  let timer: NodeJS.Timeout | undefined

  const forget = (): void => {
    latest = undefined
    clearTimeout(timer)
    timer = undefined
  }
  const flush = (): void => {
    const reached = latest
    forget()
    if (reached !== undefined) write(reached)
  }
  return {
    note(reached: Checkpoint): void {
      latest = reached
      timer ??= setTimeout(flush, delayMs)
      timer.unref()
    },
    /** Writes what is noted now. */
    flush,
    /** A later one was written with rows. */
    forget,
  }
}
