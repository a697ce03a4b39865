import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { LRUCache } from 'lru-cache'
import { type Card, digestOf } from './card.ts'
import { limits } from './limits.ts'

/** A picture as PNG; `busy`: ask again later; `none`: it can't be painted. */
type Painted = Uint8Array | 'busy' | 'none'

export interface Painter {
  /** The picture of a subject, such as a post's id: painted once for each card, and cached until there is another. Never rejects. */
  paint(subject: string, card: Card): Promise<Painted>
  close(): Promise<void>
}

interface Options {
  /** The module that the thread runs. */
  file?: URL
  /** Steady milliseconds. */
  now?: () => number
  paintMsMax?: number
}

const minuteMs = 60_000

/** A thread that is started with the first card and ends when it has nothing to do. */
const createThread = ({ file, paintMsMax }: { file: URL; paintMsMax: number }) => {
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined

  const start = (): Worker => {
    // It has no environment, and no more memory than a picture can need.
    const started = new Worker(file, { env: {}, resourceLimits: limits.threadMemory })
    started.on('error', () => {})
    started.once('exit', () => {
      if (worker === started) worker = undefined
    })
    return started
  }
  const end = async () => {
    clearTimeout(idle)
    const ending = worker
    worker = undefined
    await ending?.terminate()
  }

  return {
    /** Undefined where the thread failed or took too long. */
    async paint(card: Card): Promise<Uint8Array | undefined> {
      clearTimeout(idle)
      worker ??= start()
      const present = worker
      present.ref()
      present.postMessage(card)
      const settled = new AbortController()
      const { signal } = settled
      const overdue = setTimeout(() => void end(), paintMsMax)
      const answer = await Promise.race([
        once(present, 'message', { signal }).then(([png]) => png as Uint8Array),
        once(present, 'exit', { signal }).then(() => undefined),
      ]).catch(() => undefined)
      settled.abort()
      clearTimeout(overdue)
      present.unref()
      idle = setTimeout(() => void end(), limits.idleMsMax).unref()
      return answer
    },
    end,
  }
}

/** So many paints a minute, as many at once after a minute without any. */
const createAllowance = (now: () => number) => {
  let [left, at] = [limits.paintsPerMinuteMax as number, now()]
  return (): boolean => {
    const time = now()
    left = Math.min(limits.paintsPerMinuteMax, left + ((time - at) * limits.paintsPerMinuteMax) / minuteMs)
    at = time
    if (left < 1) return false
    left--
    return true
  }
}

interface Kept {
  digest: string
  /** Undefined where it could not be painted: it is not tried again. */
  png: Uint8Array | undefined
}

/**
 * Paints pictures on a thread of its own, one at a time. What strangers can make it do is bounded: the same picture is not painted twice while
 * it is cached, few wait, and so many are painted in a minute.
 */
export const createPainter = ({
  file = new URL('./thread.ts', import.meta.url),
  now = () => performance.now(),
  paintMsMax = limits.paintMsMax,
}: Options = {}): Painter => {
  const kept = new LRUCache<string, Kept>({
    maxSize: limits.cacheBytesMax,
    sizeCalculation: ({ png }, subject) => (png?.length ?? 0) + subject.length + 200,
  })
  const underWay = new Map<string, Promise<Painted>>()
  const thread = createThread({ file, paintMsMax })
  const isAllowed = createAllowance(now)
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false

  const paintInTurn = async (subject: string, digest: string, card: Card): Promise<Painted> => {
    const turn = last.then(() => (isClosed ? undefined : thread.paint(card)))
    last = turn
    const png = await turn
    if (isClosed) return 'busy'
    kept.set(subject, { digest, png })
    return png ?? 'none'
  }

  return {
    async paint(subject, card) {
      const digest = digestOf(card)
      const known = kept.get(subject)
      if (known?.digest === digest) return known.png ?? 'none'
      const same = underWay.get(digest)
      if (same) return same
      if (underWay.size >= limits.waitingMax || !isAllowed()) return 'busy'
      const painting = paintInTurn(subject, digest, card).finally(() => underWay.delete(digest))
      underWay.set(digest, painting)
      return painting
    },
    async close() {
      isClosed = true
      await thread.end()
    },
  }
}
