import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pause } from '@logbook/chassis/pause.ts'

const pollMs = 100

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST'

/** Runs one process at a time through `run`, by a file that holds the pid. The file of a process that is gone does not count. */
export const onlyOne = async <Result>(file: string, run: () => Promise<Result>): Promise<Result> => {
  await mkdir(dirname(file), { recursive: true })
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (!isTaken(error)) throw error
      const holder = Number(await readFile(file, 'utf8').catch(() => ''))
      if (holder > 0 && !isAlive(holder)) await rm(file, { force: true })
      else await pause(pollMs)
    }
  }
  try {
    return await run()
  } finally {
    await rm(file, { force: true })
  }
}
