import { type Stats, statSync } from 'node:fs'

type Known = Pick<Stats, 'ino' | 'dev' | 'size'>

const look = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false })

/**
 * Looks whether a log's file and its write-ahead log are still those that were there when it was called: SQLite goes on writing into
 * files that have been removed, and what it writes there is lost when the process ends. Returns what is wrong, in a sentence. A look
 * takes microseconds.
 */
export const watchFile = (file: string): (() => string | undefined) => {
  if (file === ':memory:' || file === '') return () => undefined
  const known = new Map<string, Known>()
  const faultOf = (path: string, shrinks: boolean): string | undefined => {
    const before = known.get(path)
    const now = look(path)
    if (before === undefined) {
      if (now !== undefined) known.set(path, now)
      return undefined
    }
    if (now === undefined || now.nlink === 0) return `${path} was removed while the log is open.`
    if (now.ino !== before.ino || now.dev !== before.dev)
      return `${path} was replaced by another file while the log is open.`
    if (!shrinks && now.size < before.size) return `${path} was cut or overwritten while the log is open.`
    before.size = now.size
    return undefined
  }
  const fault = () => faultOf(file, false) ?? faultOf(`${file}-wal`, true)
  fault()
  return () => {
    const what = fault()
    return what && `${what} Nothing can be recorded: put it back, or stop the bus and restore a backup.`
  }
}
