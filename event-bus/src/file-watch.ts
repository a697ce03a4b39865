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

  const faultOf = (path: string, shrinks: boolean): string | undefined => {
    const before = known.get(path)
    const now = look(path)
    if (before === undefined) {
      if (now !== undefined) known.set(path, now)
      return undefined
    }
    if (now === undefined || now.nlink === 0n) return `${path} was removed while the log is open.`
    if (now.ino !== before.ino || now.dev !== before.dev)
      return `${path} was replaced by another file while the log is open.`
    if (!shrinks && now.size < before.size) return `${path} was cut or overwritten while the log is open.`
    return undefined
  }

  /** What was written since the last look, by path. */
  const changed = (): string[] => {
    const paths: string[] = []
    for (const [path, before] of known) {
      const now = look(path)
      if (now === undefined || (now.mtimeNs === before.mtimeNs && now.size === before.size)) continue
      known.set(path, now)
      paths.push(path)
    }
    return paths
  }

  const misplaced = () => faultOf(file, false) ?? faultOf(`${file}-wal`, true)
  const inFull = (what: string | undefined) =>
    what && `${what} Nothing can be recorded: put it back, or stop the bus and restore a backup.`

  misplaced()
  return {
    fault() {
      const what = overwritten ?? misplaced()
      if (what !== undefined) return inFull(what)
      const [path] = changed()
      const why = path === undefined ? undefined : isOther()
      if (why !== undefined) overwritten = `${path} was overwritten while the log is open: ${why}.`
      return inFull(overwritten)
    },
    faultAfterWriting() {
      const what = overwritten ?? misplaced()
      if (what === undefined) changed()
      return inFull(what)
    },
    isOverwritten: () => overwritten !== undefined,
  }
}
