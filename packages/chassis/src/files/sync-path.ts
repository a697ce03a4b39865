import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Puts on the disk what was written to a file, or which names a folder has. Throws what `open` and `fsync` throw. */
export const syncPath = (path: string): void => {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
