import { type BigIntStats, statSync } from 'node:fs'

type Known = Pick<BigIntStats, 'ino' | 'dev' | 'size' | 'mtimeNs'>

const look = (path: string): BigIntStats | undefined =>
  statSync(path, { bigint: true, throwIfNoEntry: false })

export interface FileWatch {
  /** What is wrong, in a sentence. A look takes microseconds, unless something else has written the files. */
  fault(): string | undefined
  /** The same after this process has written them, whose changes are no news. */
  faultAfterWriting(): string | undefined
  /** Whether something else was written over them. */
  isOverwritten(): boolean
}

const unwatched: FileWatch = {
  fault: () => undefined,
  faultAfterWriting: () => undefined,
  isOverwritten: () => false,
}

/**
 * Looks whether a log's file and its write-ahead log are still those that were there when it was called: SQLite goes on writing into
 * files that have been removed, and into others that were copied over them. `isOther` says, where something else has written them,
 * why they do not hold what this log holds; what it says is final, since no one puts bytes back that were overwritten.
 */
export const watchFile = (file: string, isOther: () => string | undefined): FileWatch => {
  if (file === ':memory:' || file === '') return unwatched
  const known = new Map<string, Known>()
  let overwritten: string | undefined

  const misplaced = (path: string, before: Known, now: BigIntStats | undefined): string | undefined => {
    if (now === undefined || now.nlink === 0n) return `${path} was removed while the log is open.`
    if (now.ino !== before.ino || now.dev !== before.dev)
      return `${path} was replaced by another file while the log is open.`
    // The write-ahead log may shrink.
    if (path === file && now.size < before.size)
      return `${path} was cut or overwritten while the log is open.`
    return undefined
  }

  /** What is wrong with the files, or which of them was written since the last look. */
  const lookAtAll = (): { what?: string; changed?: string } => {
    let changed: string | undefined
    for (const path of [file, `${file}-wal`]) {
      const [before, now] = [known.get(path), look(path)]
      const what = before && misplaced(path, before, now)
      if (what !== undefined) return { what }
      if (now === undefined) continue
      if (before && (now.mtimeNs !== before.mtimeNs || now.size !== before.size)) changed ??= path
      known.set(path, now)
    }
    return changed === undefined ? {} : { changed }
  }

  const inFull = (what: string | undefined) =>
    what && `${what} Nothing can be recorded: put it back, or stop the bus and restore a backup.`

  lookAtAll()
  return {
    fault() {
      if (overwritten !== undefined) return inFull(overwritten)
      const { what, changed } = lookAtAll()
      const why = changed === undefined ? undefined : isOther()
      if (why !== undefined) overwritten = `${changed} was overwritten while the log is open: ${why}.`
      return inFull(what ?? overwritten)
    },
    faultAfterWriting: () => inFull(overwritten ?? lookAtAll().what),
    isOverwritten: () => overwritten !== undefined,
  }
}
