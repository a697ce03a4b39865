import type { IncomingMessage, ServerResponse } from 'node:http'
import { Counter, Gauge, type Registry } from 'prom-client'
import { type Dispatcher, Pool } from 'undici'
import { type AnswerHead, headerOf } from '../forward/answer-headers.ts'
import { sendWhole } from '../forward/whole.ts'
import { limits } from '../limits.ts'
import type { Destination, Upstream } from '../routes.ts'
import { type Confirmation, createConfirmation, type Moment } from './confirmation.ts'
import { keyOf, positionWanted } from './key.ts'
import { createStore, mayBeKept, type Store } from './store.ts'

/** A read that depends on nothing but its address and what `keyOf` names. */
interface Read {
  req: IncomingMessage
  res: ServerResponse
  destination: Destination
  /** Headers that the answer gets from the gateway: names and values in turn. */
  own: readonly string[]
}

const measure = (metrics: Registry, store: Store) => {
  new Gauge({
    name: 'gateway_kept_bytes',
    help: 'Answers that are kept, in bytes.',
    registers: [metrics],
    collect() {
      this.set(store.bytes())
    },
  })
  const reads = new Counter({
    name: 'gateway_kept_reads_total',
    help: 'Reads of kept answers: `hit` where it still held, `gone` where it had to be asked for.',
    labelNames: ['outcome'],
    registers: [metrics],
  })
  return { hit: () => reads.inc({ outcome: 'hit' }), gone: () => reads.inc({ outcome: 'gone' }) }
}

/** Asks now and then although nobody reads, so that nothing that was erased is kept, and nothing of a build that is gone. */
const sweep = ({ store, confirm }: { store: Store } & Confirmation): NodeJS.Timeout =>
  setInterval(() => {
    if (store.count() > 0) confirm((moment) => moment ?? store.clear())
  }, limits.keptSweepMs).unref()

/**
 * Answers to nobody in particular, given again for as long as query says that nothing which they are made of has changed: each is
 * confirmed between its question and its answer. What a service lets be kept carries `View-State` and `Cache-Tag`.
 */
export const createKept = ({ queryUrl, metrics }: { queryUrl: string; metrics: Registry }) => {
  const store = createStore()
  const query: Dispatcher = new Pool(queryUrl, {
    connections: limits.confirmConnectionsMax,
    connect: { timeout: limits.connectMsMax },
  })
  const { confirm } = createConfirmation({ query, store })
  const count = measure(metrics, store)
  const sweeping = sweep({ store, confirm })
  let build: string | undefined

  /** Told which build of the client answers: pages of another one name scripts that are gone. */
  const sawBuild = (id: string): void => {
    if (build !== undefined && build !== id) store.dropFrom('client')
    build = id
  }

  return {
    /**
     * Answers with what is kept for this read, once query has confirmed it; calls `miss` where it no longer holds or the view is
     * behind what the browser wrote. False where nothing is kept, or the read is none that may be answered so.
     */
    answer(read: Read, miss: () => void): boolean {
      const { req, res, destination } = read
      const key = keyOf(req, destination)
      if (key === undefined || store.get(key) === undefined) return false
      const wanted = positionWanted(req, destination)
      const settle = (moment: Moment | undefined): void => {
        const kept = moment && moment.position >= wanted ? store.get(key) : undefined
        if (kept && moment) {
          count.hit()
          const headers = kept.from === 'query' ? kept.headers.concat(moment.headers) : kept.headers
          sendWhole(read, { ...kept, status: 200, headers })
        } else {
          count.gone()
          miss()
        }
      }
      confirm((moment) => {
        if (res.destroyed) return
        try {
          settle(moment)
        } catch {
          // Of one reader alone: the others are told too.
          res.destroy()
        }
      })
      return true
    },
    mayBeKept,
    /** Keeps an answer, if it may be kept. One that may yet come compressed is not. */
    keep(
      key: string,
      answer: { from: Upstream; head: AnswerHead; body: Buffer; wantsCoding: boolean },
    ): void {
      const { head, body, wantsCoding } = answer
      if (head.buildId !== undefined) sawBuild(head.buildId)
      const isFinal =
        !wantsCoding ||
        body.length < limits.compressedBytesMin ||
        headerOf(head.headers, 'content-encoding') !== undefined
      if (isFinal && mayBeKept(head)) store.set(key, answer)
    },
    sawBuild,
    async close(): Promise<void> {
      clearInterval(sweeping)
      await query.destroy()
    },
  }
}
export type KeptAnswers = ReturnType<typeof createKept>
