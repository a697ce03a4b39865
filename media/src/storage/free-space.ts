import { statfsSync } from 'node:fs'
import { limits } from '../limits.ts'

/** Returns why nothing can be stored in these folders at the moment, or undefined. Anything but a folder, such as a bucket, passes. */
export const createSpaceCheck = (folders: readonly string[]) => (): string | undefined => {
  for (const folder of folders) {
    try {
      const { bavail, bsize } = statfsSync(folder)
      const free = bavail * bsize
      if (free < limits.freeBytesMin)
        return `The disk is nearly full: ${Math.floor(free / 1024 / 1024)} MiB are free. Jobs and uploads wait.`
    } catch {
      // It does not exist yet, or is not a folder.
    }
  }
  return undefined
}
