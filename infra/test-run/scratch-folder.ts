import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system in memory, on Linux. */
const inMemory = '/dev/shm'
/** Many times what the tests that run at a time write. */
const freeBytesMin = 2 * 1024 ** 3

const hasRoom = (): boolean => {
  try {
    const { bavail, bsize } = statfsSync(inMemory)
    return bavail * bsize >= freeBytesMin
  } catch {
    return false
  }
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Removes the folders of runs that were killed: in memory they would stay until the machine starts again. */
const removeAbandoned = (within: string): void => {
  for (const name of readdirSync(within)) {
    const [, pid] = /^logbook-tests-(\d+)-/.exec(name) ?? []
    if (pid === undefined || isRunning(Number(pid))) continue
    try {
      rmSync(join(within, name), { recursive: true, force: true })
    } catch {
      // Another user's, who removes it with the next run.
    }
  }
}

/**
 * Makes one folder for the temporary files of tests and of what they start, and removes it when this process ends. It is in memory
 * where there is room: tests sync thousands of small databases, and what a killed process wrote outlives it there as on a disk.
 * A `TMPDIR` that is set already stays as it is.
 */
export const useScratchFolder = (): void => {
  if (process.env.TMPDIR !== undefined) return
  const within = hasRoom() ? inMemory : tmpdir()
  removeAbandoned(within)
  const folder = mkdtempSync(join(within, `logbook-tests-${process.pid}-`))
  // Tests of rights go below it as another user, as below /tmp.
  chmodSync(folder, 0o711)
  process.env.TMPDIR = folder
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
}
