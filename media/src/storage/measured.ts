import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { Problem } from '@logbook/chassis/problem.ts'
import type { Stored } from './storage.ts'

export interface PutOptions {
  signal?: AbortSignal
  maxBytes?: number
}

/** The next piece of a source, or the abort's reason, even where the source never answers. */
const nextOf = <T>(source: AsyncIterator<T>, signal: AbortSignal | undefined): Promise<IteratorResult<T>> => {
  if (signal === undefined) return source.next()
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    source
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort))
  })
}

/**
 * Passes on the bytes of a source, counted and hashed; `stored` tells the result once all were read. Throws the abort's reason, and a Problem
 * `too-large` for more than `maxBytes`, before the piece that goes beyond is passed on. Call `end` in every case.
 */
export const measured = (source: AsyncIterable<Uint8Array>, { signal, maxBytes }: PutOptions) => {
  const hash = createHash('sha256')
  let bytes = 0
  let isBegun = false
  const passed = async function* (): AsyncGenerator<Uint8Array> {
    isBegun = true
    const from = source[Symbol.asyncIterator]()
    let ended = false
    try {
      for (;;) {
        const next = await nextOf(from, signal)
        if (next.done === true) {
          ended = true
          return
        }
        bytes += next.value.length
        if (maxBytes !== undefined && bytes > maxBytes)
          throw new Problem('too-large', { detail: `It is larger than ${maxBytes} bytes.` })
        hash.update(next.value)
        yield next.value
      }
    } finally {
      // Not awaited: a source that never answers would not answer this either.
      if (!ended) void from.return?.()?.catch(() => undefined)
    }
  }
  const pieces = passed()
  return {
    pieces,
    stored: (): Stored => ({ sha256: hash.digest('hex'), bytes }),
    /** Ends the source, also one of which no piece was asked for: an open file would stay open. */
    async end(): Promise<void> {
      await pieces.return(undefined)
      if (!isBegun && source instanceof Readable) source.destroy()
    },
  }
}
