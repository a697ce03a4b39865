import { statfsSync } from 'node:fs'
import { limits } from '../limits.ts'

/** Why nothing can be stored in one of these folders at the moment, or undefined. What is no folder here, such as a bucket, has room. */
export const createObstacle = (folders: readonly string[]) => (): string | undefined => {
  for (const folder of folders) {
    try {
      const { bavail, bsize } = statfsSync(folder)
      const free = bavail * bsize
      if (free < limits.freeBytesMin)
        return `There is no room on the disk: ${Math.floor(free / 1024 / 1024)} MiB are free. Jobs and uploads wait.`
    } catch {
      // It is not there yet, or it is no folder.
    }
  }
  return undefined
}
