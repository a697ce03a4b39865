import { parseViewState } from '@logbook/contracts/http/validity.ts'
import { Counter, Gauge, type Registry } from 'prom-client'
import { type Dispatcher, Pool } from 'undici'
import { type AnswerHead, headerOf } from '../forward/answer-headers.ts'
import { sendWhole } from '../forward/whole.ts'
import { limits } from '../limits.ts'
import type { Upstream } from '../routes.ts'
import { keyOf, positionWanted } from './key.ts'
import type { Read } from './read.ts'
import { createReaderPages } from './reader-pages.ts'
import { createStore, isCacheable, type Store } from './store.ts'
import { createValidation, type Moment, type Validation } from './validation.ts'

const measure = (metrics: Registry, store: Store) => {
  new Gauge({
    name: 'gateway_cache_bytes',
    help: 'Bytes of cached answers.',
    registers: [metrics],
    collect() {
      this.set(store.bytes())
    },
  })
  const reads = new Counter({
    name: 'gateway_cache_reads_total',
    help: 'Reads of cached answers: `hit` where the answer was valid, `filled` where it was and got its reader’s name, `stale` where it had to be requested again.',
    labelNames: ['outcome'],
    registers: [metrics],
  })
  const countOf = (outcome: string) => () => reads.inc({ outcome })
  return { hit: countOf('hit'), filled: countOf('filled'), stale: countOf('stale') }
}

/** Confirms at an interval even without readers, so that no erased text stays in memory. Without an answer everything is dropped. */
const sweep = ({ store, validate }: { store: Store } & Pick<Validation, 'validate'>): NodeJS.Timeout =>
  setInterval(() => {
    if (store.count() > 0) validate((moment) => moment ?? store.clear())
  }, limits.cacheSweepMs).unref()

/**
 * A cache of answers to anonymous reads. An entry is valid for as long as query says that nothing which it is made of has changed. JSON is
 * confirmed for every read, between its question and its answer; a page was confirmed at most `confirmedMsMax` before, and after everything
 * that this gateway has answered. Answers with `View-State` and `Cache-Tag` are cacheable.
 */
export const createAnswerCache = ({
  upstreams,
  publicHost,
  metrics,
  nowMs,
}: {
  upstreams: Record<Upstream, string>
  publicHost: string
  metrics: Registry
  nowMs?: (() => number) | undefined
}) => {
  let onEmptied = (): void => {}
  const store = createStore(() => onEmptied())
  const query: Dispatcher = new Pool(upstreams.query, {
    connections: limits.validationConnectionsMax,
    connect: { timeout: limits.connectMsMax },
  })
  const validation = createValidation({ query, store, ...(nowMs && { nowMs }) })
  const count = measure(metrics, store)
  const readerPages = createReaderPages({
    ...{ store, validation, query, publicHost, clientUrl: upstreams.client },
    onFilled: count.filled,
  })
  const sweeping = sweep({ store, validate: validation.validate })
  let build: string | undefined

  /** Drops pages of another build of the client: the scripts that they name are gone. */
  const sawBuild = (id: string): void => {
    if (build !== undefined && build !== id) store.dropFrom('client')
    build = id
  }

  return {
    /**
     * Answers from the cache once query has confirmed the entry; calls `miss` where it is invalid or the view is behind what the
     * browser wrote. False without an entry, or for a read that may not be answered from the cache.
     */
    answer(read: Read, miss: () => void): boolean {
      const { req, res, destination } = read
      const key = keyOf(req, destination)
      if (key === undefined || store.get(key) === undefined) return false
      const wanted = positionWanted(req, destination)
      const settle = (moment: Moment | undefined): void => {
        const entry = moment && moment.position >= wanted ? store.get(key) : undefined
        if (entry && moment) {
          count.hit()
          const headers = entry.from === 'query' ? entry.headers.concat(moment.headers) : entry.headers
          sendWhole(read, { ...entry, status: 200, headers })
        } else {
          count.stale()
          miss()
        }
      }
      validation.validateFor(read, (moment) => {
        if (res.destroyed) return
        try {
          settle(moment)
        } catch {
          // One reader's failure must not keep the others waiting.
          res.destroy()
        }
      })
      return true
    },
    /** The same for a page that is asked for by someone who reads with an account. */
    answerReader: readerPages.answer,
    isCacheable,
    has: (key: string): boolean => store.get(key) !== undefined,
    /** Calls `listener` from now on whenever everything was dropped at once: after a change of all pages, or while query is away. */
    whenEmptied(listener: () => void): void {
      onEmptied = listener
    },
    /** Caches an answer if it is cacheable. One that may yet come compressed is not. */
    put(key: string, answer: { from: Upstream; head: AnswerHead; body: Buffer; wantsCoding: boolean }): void {
      const { head, body, wantsCoding } = answer
      if (head.buildId !== undefined) sawBuild(head.buildId)
      const isFinal =
        !wantsCoding ||
        body.length < limits.compressedBytesMin ||
        headerOf(head.headers, 'content-encoding') !== undefined
      if (isFinal && isCacheable(head)) store.set(key, answer)
    },
    /** Told of each answer to a command, before its sender has it. */
    changed: validation.expire,
    /** Told of each answer to a read, before its reader has it: later readers get nothing older. */
    saw({ position, viewState }: AnswerHead): void {
      const state = parseViewState(viewState)
      if (state !== undefined && state.changes > (store.known()?.changes ?? 0)) validation.expire()
      else if (position !== undefined) validation.sawPosition(position)
    },
    /** Told of each position up to which browsers are told what changed, before they are. */
    toldUpTo: validation.sawPosition,
    sawBuild,
    async close(): Promise<void> {
      clearInterval(sweeping)
      await Promise.all([query.destroy(), readerPages.close()])
    },
  }
}
export type AnswerCache = ReturnType<typeof createAnswerCache>
