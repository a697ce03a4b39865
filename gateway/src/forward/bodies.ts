import type { IncomingMessage, ServerResponse } from 'node:http'
import { Problem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'

export interface BodiesBounds {
  /** How long a body may take, in ms. */
  msMax: number
  /** Bodies that are being sent, of one network and altogether. */
  perNetworkMax: number
  max: number
  /** What is kept of bodies until their requests are answered. */
  perNetworkBytesMax: number
  bytesMax: number
  /** How long one that gave way is left unread before it is refused, in ms, and how many may be at a time. */
  refusalDelayMs: number
  refusalsDelayedMax: number
}

interface Body {
  bytes: number
  /** Gives up one that is being sent. */
  cut: (problem: Problem) => void
  /** Gives it up for others: what was read of it is dropped. */
  giveWay: (problem: Problem) => void
}

interface OfNetwork {
  /** Those that are being sent, the oldest first. */
  sending: Set<Body>
  /** Bodies, whole ones too, until they are answered. */
  kept: number
  bytes: number
}

interface Asked {
  req: IncomingMessage
  res: ServerResponse
  network: string
  bytesMax: number
}

/** True where a request has a body, of whatever length. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

const problems = {
  tooLarge: (bytesMax: number) =>
    new Problem('too-large', { detail: `The body of this request may have ${bytesMax} bytes.` }),
  tooMany: () =>
    new Problem('too-many', {
      detail: 'Your network has too many requests whose bodies are not complete.',
      retryAfter: limits.retryAfterSeconds,
    }),
  busy: () =>
    new Problem('unavailable', {
      detail: 'Too many requests are being sent at the moment.',
      retryAfter: limits.retryAfterSeconds,
    }),
  slow: () => new Problem('slow-request', { detail: 'The body was not complete in time.' }),
}

interface Gathering {
  msMax: number
  /** Called for each piece. */
  onBytes: (bytes: number) => void
}

/** Reads a body as it comes; `cut` ends that with an error, told after `delayMs`. */
const gather = (req: IncomingMessage, { msMax, onBytes }: Gathering) => {
  const { promise: whole, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  const take = (chunk: Buffer) => {
    chunks.push(chunk)
    onBytes(chunk.length)
  }
  const end = () => {
    clearTimeout(timer)
    req.off('data', take)
  }
  const cut = (problem: Problem, delayMs = 0) => {
    end()
    req.pause()
    chunks.length = 0
    if (delayMs === 0) reject(problem)
    else timer = setTimeout(() => reject(problem), delayMs)
  }
  let timer = setTimeout(() => cut(problems.slow()), msMax)
  req.on('data', take)
  req.once('end', () => {
    end()
    resolve(Buffer.concat(chunks))
  })
  // The caller hung up before the end.
  req.once('close', () => cut(problems.slow()))
  req.once('error', () => cut(problems.slow()))
  return { whole, cut }
}

const createNetworks = () => {
  const networks = new Map<string, OfNetwork>()
  return {
    of(network: string): OfNetwork {
      const known = networks.get(network)
      if (known) return known
      const fresh = { sending: new Set<Body>(), kept: 0, bytes: 0 }
      networks.set(network, fresh)
      return fresh
    },
    /** The one that sends most bodies at the moment. */
    largest(): OfNetwork | undefined {
      let found: OfNetwork | undefined
      for (const each of networks.values()) if (each.sending.size > (found?.sending.size ?? 0)) found = each
      return found
    },
    forget: (network: string): void => void networks.delete(network),
  }
}

/**
 * Reads bodies as a whole before anything is asked of a service, so that one which comes slowly takes no connection. Where a
 * network sends too many at a time, the one that has taken longest is given up for the new one; where all together send too many, one
 * of the network that sends most. It is refused after a delay: one client that sends halves of requests and is refused at once opens
 * the next connection at once, which costs more than to hold it.
 */
export const createBodies = (bounds: BodiesBounds) => {
  const networks = createNetworks()
  let sending = 0
  let bytes = 0
  let delayed = 0

  const cutOldest = (of: OfNetwork | undefined, problem: Problem): void => {
    const [oldest] = of?.sending ?? []
    oldest?.giveWay(problem)
  }

  const makeRoom = (own: OfNetwork): void => {
    if (own.sending.size > bounds.perNetworkMax || own.bytes > bounds.perNetworkBytesMax)
      cutOldest(own, problems.tooMany())
    if (sending > bounds.max || bytes > bounds.bytesMax) cutOldest(networks.largest(), problems.busy())
  }

  const gatherFor = ({ req, res, network, bytesMax }: Asked): Promise<Buffer> => {
    const own = networks.of(network)
    const onBytes = (more: number) => {
      body.bytes += more
      own.bytes += more
      bytes += more
      if (body.bytes > bytesMax) body.cut(problems.tooLarge(bytesMax))
      else makeRoom(own)
    }
    const { whole, cut } = gather(req, { msMax: bounds.msMax, onBytes })
    const settled = () => {
      if (own.sending.delete(body)) sending--
    }
    const release = () => {
      own.bytes -= body.bytes
      bytes -= body.bytes
      body.bytes = 0
    }
    const body: Body = {
      bytes: 0,
      cut: (problem) => {
        settled()
        cut(problem)
      },
      giveWay(problem) {
        settled()
        release()
        if (delayed >= bounds.refusalsDelayedMax) return cut(problem)
        delayed++
        res.once('close', () => void delayed--)
        cut(problem, bounds.refusalDelayMs)
      },
    }
    own.sending.add(body)
    own.kept++
    sending++
    req.once('end', settled)
    req.once('close', settled)
    res.once('close', () => {
      settled()
      own.kept--
      release()
      if (own.kept === 0) networks.forget(network)
    })
    makeRoom(own)
    return whole
  }

  return {
    /**
     * The body of a request, which counts until its answer is over. Rejects with `too-large`, `slow-request`, `too-many` or
     * `unavailable`; the connection is then closed after the answer.
     */
    async read(asked: Asked): Promise<Buffer> {
      const { req, res, bytesMax } = asked
      try {
        if (Number(req.headers['content-length'] ?? 0) > bytesMax) throw problems.tooLarge(bytesMax)
        return await gatherFor(asked)
      } catch (error) {
        if (!res.headersSent) res.setHeader('Connection', 'close')
        throw error
      }
    },
    state: () => ({ sending, bytes }),
  }
}
export type Bodies = ReturnType<typeof createBodies>
