import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import pRetry from 'p-retry'
import { type AskOptions, isUnavailable, ServiceFailed } from '../http/ask.ts'
import { limits } from '../http/limits.ts'

/** What a file of the blog must be. */
export interface Expected {
  url: string
  bytes: number
}

/** Broken off: it goes on from where it is. */
class BrokenOff extends Error {}

/** Aborted when nothing was heard for `idleMsMax`. */
const createIdle = (idleMsMax: number) => {
  const ending = new AbortController()
  const timer = setTimeout(() => ending.abort(new Error('nothing came any more')), idleMsMax)
  return { signal: ending.signal, heard: () => timer.refresh(), end: () => clearTimeout(timer) }
}

/**
 * Writes a file of the blog to a new place, in flat memory, and compares its length and its SHA-256, which is its ETag. Continues
 * by `Range` after the connection broke. False for one that is gone. Throws ServiceFailed.
 */
export const download = async (
  { url, bytes }: Expected,
  place: string,
  { authorization, signal, retryMsMin = limits.retryMsMin }: Omit<AskOptions, 'onRetry'>,
): Promise<boolean> => {
  const file = await open(place, 'wx')
  let hash = createHash('sha256')
  let [done, etag] = [0, '']

  const take = async (): Promise<boolean> => {
    const idle = createIdle(limits.requestMsMax)
    try {
      const answer = await fetch(url, {
        headers: {
          ...(authorization && { Authorization: authorization }),
          ...(done > 0 && { Range: `bytes=${done}-`, 'If-Range': etag }),
        },
        signal: signal ? AbortSignal.any([idle.signal, signal]) : idle.signal,
      })
      if (answer.status === 404) return false
      if (isUnavailable(answer.status)) throw new BrokenOff(`${url} answered ${answer.status}`)
      if (!answer.ok || answer.body === null) throw new ServiceFailed(`${url} answered ${answer.status}`)
      if (answer.status !== 206) {
        await file.truncate(0)
        hash = createHash('sha256')
        done = 0
      }
      etag = answer.headers.get('ETag') ?? ''
      for await (const piece of answer.body) {
        idle.heard()
        hash.update(piece)
        await file.write(piece, 0, piece.length, done)
        done += piece.length
      }
      if (done < bytes) throw new BrokenOff(`${url} broke off`)
      return true
    } catch (error) {
      signal?.throwIfAborted()
      // What the disk refuses is no fault of the blog.
      if (error instanceof ServiceFailed || (error instanceof Error && 'syscall' in error)) throw error
      throw error instanceof BrokenOff ? error : new BrokenOff(`${url} does not answer`, { cause: error })
    } finally {
      idle.end()
    }
  }

  try {
    const isThere = await pRetry(take, {
      ...(signal && { signal }),
      retries: limits.retriesMax,
      minTimeout: retryMsMin,
      maxTimeout: limits.retryMsMax,
      shouldRetry: ({ error }) => error instanceof BrokenOff,
    })
    if (isThere && (done !== bytes || etag !== `"${hash.digest('hex')}"`))
      throw new ServiceFailed(`${url} is not the file that the blog says it is`)
    return isThere
  } catch (error) {
    signal?.throwIfAborted()
    throw error instanceof BrokenOff ? new ServiceFailed(error.message, { cause: error }) : error
  } finally {
    await file.close()
  }
}
