import type { IncomingMessage } from 'node:http'
import { pipeline, type Readable, Transform } from 'node:stream'
import { Problem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'

/** A body of no stated length is measured as it passes. */
const bounded = (req: IncomingMessage): Readable => {
  let bytes = 0
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > limits.requestBytesMax) done(tooLarge())
      else done(null, chunk)
    },
  })
  return pipeline(req, measure, () => {})
}

const tooLarge = () =>
  new Problem('too-large', { detail: `A request may have ${limits.requestBytesMax} bytes.` })

/** The body of a request as it comes; null where there is none. Throws `too-large`. */
export const bodyOf = (req: IncomingMessage): Readable | null => {
  if (req.headers['transfer-encoding'] !== undefined) return bounded(req)
  const bytes = Number(req.headers['content-length'] ?? 0)
  if (bytes > limits.requestBytesMax) throw tooLarge()
  return bytes > 0 ? req : null
}
