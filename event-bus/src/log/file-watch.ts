import { type BigIntStats, statSync } from 'node:fs'

type Known = Pick<BigIntStats, 'ino' | 'dev' | 'size' | 'mtimeNs'>

const look = (path: string): BigIntStats | undefined =>
  statSync(path, { bigint: true, throwIfNoEntry: false })

export interface FileWatch {
  /** The fault as a sentence, or null. Takes microseconds, unless another process has written the files. */
  fault(): string | undefined
  /** The same after own writes, which do not count as changes. */
  faultAfterWriting(): string | undefined
  /** True where the files were overwritten. */
  isOverwritten(): boolean
}

const unwatched: FileWatch = {
  fault: () => undefined,
  faultAfterWriting: () => undefined,
  isOverwritten: () => false,
}

/**
 * Checks that a log's file and its write-ahead log are still the ones that it was called with: SQLite keeps writing into removed files
 * and into files that were copied over them. `isOther` says why files that another process wrote are not this log; its result is final,
 * since overwritten bytes do not come back.
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

  /** The fault of the files, or which of them changed since the last check. */
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
