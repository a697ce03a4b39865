import type { ServerResponse } from 'node:http'

/**
 * Writes a piece and resolves when the reader has room for the next, or is gone. So what a slow reader has not taken yet
 * stands in the log, not in memory.
 */
export const writeAndWait = async (res: ServerResponse, piece: string): Promise<void> => {
  if (res.destroyed || res.write(piece)) return
  await new Promise<void>((resolve) => {
    const done = () => {
      res.off('drain', done)
      res.off('close', done)
      resolve()
    }
    res.on('drain', done)
    res.on('close', done)
  })
}
