import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pause } from '@logbook/chassis/async/pause.ts'
import { LogTaken, lockForWriting } from '@logbook/event-bus/log/writer-lock.ts'

const pollMs = 100

const lock = async (file: string): Promise<() => void> => {
  for (;;) {
    try {
      return lockForWriting(file)
    } catch (error) {
      if (!(error instanceof LogTaken)) throw error
      await pause(pollMs)
    }
  }
}

/** Runs one process at a time through `run`. The lock, named by a file, is the operating system's: it ends with its process. */
export const onlyOne = async <Result>(file: string, run: () => Promise<Result>): Promise<Result> => {
  await mkdir(dirname(file), { recursive: true })
  const release = await lock(file)
  try {
    return await run()
  } finally {
    release()
  }
}
