import type { ServerResponse } from 'node:http'

/**
 * Writes a chunk and resolves once the reader has room for the next, or has disconnected. What a slow reader has not received stays in
 * the log, not in memory.
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
