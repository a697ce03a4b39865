import express, { type RequestHandler } from 'express'
import { Problem } from '../problem.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Deeper than anything that people write, and far from what exhausts a stack that walks it. */
const bodyDepthMax = 64

const code = (char: string): number => char.charCodeAt(0)
const [quote, backslash] = [code('"'), code('\\')]
const [openings, closings] = [new Set([...'[{'].map(code)), new Set([...']}'].map(code))]

/** True if brackets nest deeper. Looks at the text alone: what is too deep is never built. */
const isDeeper = (text: string, depthMax: number): boolean => {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === quote) inString = !inString
    else if (inString) at += char === backslash ? 1 : 0
    else if (openings.has(char)) {
      if (++depth > depthMax) return true
    } else if (closings.has(char)) depth--
  }
  return false
}

/** The text of bytes in UTF-8. Throws `bad-encoding`. */
export const decodeText = (bytes: Uint8Array): string => {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new Problem('bad-encoding', { detail: 'The body must be UTF-8.' })
  }
}

/** Parses JSON, of at most so many levels where that is bounded. Throws `bad-json`. */
export const parseJsonText = (text: string, { depthMax = Infinity } = {}): unknown => {
  if (depthMax < Infinity && isDeeper(text, depthMax))
    throw new Problem('bad-json', { detail: `The body nests deeper than ${depthMax} levels.` })
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Problem('bad-json', {
      detail: error instanceof Error ? error.message : 'The body must be JSON.',
    })
  }
}

/** Both: parses bytes as JSON in UTF-8. */
export const parseJson = (bytes: Uint8Array, bounds: { depthMax?: number } = {}): unknown =>
  parseJsonText(decodeText(bytes), bounds)

export interface RawBody {
  /** Without parameters, lower case. */
  contentType: string
  bytes: Buffer
}

/**
 * Reads the body as bytes, at most `bytesMax` of them after decompression, if its content type is one of `types`; others
 * are refused with `wrong-content-type`. A request without a body passes with `req.body` undefined.
 */
export const rawBody = ({
  bytesMax,
  types,
}: {
  bytesMax: number
  types: readonly string[]
}): RequestHandler[] => {
  const read = express.raw({ type: () => true, limit: bytesMax })
  return [
    (req, res, next) => {
      const length = req.headers['content-length']
      const hasBody =
        req.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
      if (!hasBody) return next()
      const [type = '', ...parameters] = (req.headers['content-type'] ?? '')
        .toLowerCase()
        .split(';')
        .map((part) => part.trim())
      if (!types.includes(type))
        throw new Problem('wrong-content-type', { detail: `Send ${types.join(' or ')}.` })
      const charset = parameters
        .find((parameter) => parameter.startsWith('charset='))
        ?.slice('charset='.length)
        .replaceAll('"', '')
      if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
        throw new Problem('wrong-content-type', { detail: 'Send UTF-8.' })
      return read(req, res, (error?: unknown) => {
        if (error === undefined)
          req.body = {
            contentType: type,
            bytes: Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0),
          } satisfies RawBody
        next(error)
      })
    },
  ]
}

/** The same, parsed, at most 64 levels deep: `req.body` is what the JSON said, or undefined where there was none. */
export const jsonBody = ({ bytesMax }: { bytesMax: number }): RequestHandler[] => [
  ...rawBody({ bytesMax, types: ['application/json'] }),
  (req, _res, next) => {
    const body: RawBody | undefined = req.body
    if (body) req.body = parseJson(body.bytes, { depthMax: bodyDepthMax })
    next()
  },
]
