import { createHash } from 'node:crypto'
import { Problem } from '@logbook/chassis/problem.ts'
import { LRUCache } from 'lru-cache'
import { limits } from './limits.ts'

/** What a feed says at a position of the log. */
export interface Content {
  position: number
  body: Buffer
  /** SHA-256 of the body. */
  digest: string
  contentType: string
  /** Names the hub and the feed's own address. */
  link: string
}

const unavailable = (cause: unknown): Problem =>
  new Problem('unavailable', { detail: 'query did not return a feed.', cause })

/** Undefined for one that is too large to be sent to many. */
const bodyOf = async (response: Response): Promise<Buffer | undefined> => {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of response.body ?? []) {
    length += piece.length
    if (length > limits.contentBytesMax) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

const contentOf = async (response: Response): Promise<Content | undefined> => {
  const body = await bodyOf(response)
  return (
    body && {
      body,
      position: Number(response.headers.get('position')),
      digest: createHash('sha256').update(body).digest('base64url'),
      contentType: response.headers.get('content-type') ?? 'application/octet-stream',
      link: response.headers.get('link') ?? '',
    }
  )
}

export type Contents = ReturnType<typeof createContents>

/** Reads feeds at query, as anyone may see them. The latest are kept: a change is sent to many subscribers. */
export const createContents = (queryUrl: string) => {
  const kept = new LRUCache<string, Content>({
    maxSize: limits.contentsBytesMax,
    sizeCalculation: ({ body }) => body.length + 1_024,
  })
  const underWay = new Map<string, Promise<Content | undefined>>()

  const read = async (path: string, position: number): Promise<Content | undefined> => {
    try {
      const response = await fetch(`${queryUrl}${path}`, {
        headers: { 'Min-Position': String(position), Prefer: 'wait=5' },
        signal: AbortSignal.timeout(limits.contentMsMax),
      })
      if (response.ok) return await contentOf(response)
      await response.body?.cancel()
      if (response.status >= 500 || response.status === 429)
        throw new Error(`query answers ${response.status}`)
      return undefined
    } catch (error) {
      throw unavailable(error)
    }
  }

  return {
    /** A feed as it is now; undefined if there is none. Throws `unavailable`. */
    now: (path: string): Promise<Content | undefined> => read(path, 0),
    /** The same at a position of the log or later. */
    async at(path: string, position: number): Promise<Content | undefined> {
      const known = kept.get(path)
      if (known !== undefined && known.position >= position) return known
      const key = `${position} ${path}`
      const reading = underWay.get(key) ?? read(path, position)
      underWay.set(key, reading)
      try {
        const content = await reading
        if (content === undefined) kept.delete(path)
        else kept.set(path, content)
        return content
      } finally {
        underWay.delete(key)
      }
    },
    /** Positions of another log say nothing. */
    forget: (): void => kept.clear(),
  }
}
