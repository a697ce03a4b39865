import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { retryTransient } from '../async/retry.ts'
import type { Logger } from '../logger.ts'
import { isProblem } from '../problem.ts'
import { createAgreedLog, otherLog } from './agreed-log.ts'
import { type AppendBounds, appendBounds, createAppendQueue } from './append-queue.ts'
import type { Bus } from './bus.ts'
import { type BusAnswer, createBusHttp } from './bus-http.ts'
import { type FetchPage, type FollowBounds, followBounds, followLog } from './follow-log.ts'

export interface BusClientOptions {
  /** Where the bus is, without a slash at the end. */
  url: string
  /** Who speaks: the path that its events carry as their source, such as `/comments`. */
  source: string
  /** What the bus asks for; it is sent with every request. */
  token?: string | undefined
  logger: Logger
  bounds?: Partial<AppendBounds & FollowBounds>
}

/** A bus at the other end of HTTP. `close` gives up its connections; followers are ended by their own signals. */
export type BusClient = Bus & { close(): void }

const parsed = (text: string): RecordedEvent[] => JSON.parse(text)

/** The bus compares what a request names with its log, and says in the refusal which it has. */
const isOtherLog = (error: unknown): boolean =>
  isProblem(error, 'conflict') && error.details.extensions?.log !== undefined

export const createBusClient = ({ url, source, token, logger, bounds }: BusClientOptions): BusClient => {
  const all = { ...appendBounds, ...followBounds, ...bounds }
  const http = createBusHttp({ url, source, token })
  const agreed = createAgreedLog()
  const ofAgreedLog = async <Result>(run: () => Promise<Result>): Promise<Result> => {
    try {
      return await run()
    } catch (error) {
      throw isOtherLog(error) ? otherLog(error) : error
    }
  }
  const queue = createAppendQueue({
    bounds: all,
    async post(body, { timeoutMs, log: known }) {
      const answer = await http.post('/events', body, { timeoutMs, known })
      agreed.adopt(answer.log)
      return answer.body
    },
  })

  // A follower waits in its own way, so this one fails at once.
  const readOnce: FetchPage = async ({ after, limit, types, signal, known }) => {
    const { body, position, next, mark } = await http.get(
      '/events',
      { after, limit, types: types?.join(',') },
      { timeoutMs: all.answerMsMax, known, ...(signal ? { signal } : {}) },
    )
    return { events: () => parsed(body), position, more: next, ...(mark ? { mark } : {}) }
  }

  const patiently = <Result>(run: () => Promise<Result>, signal?: AbortSignal): Promise<Result> =>
    retryTransient(run, { deadline: performance.now() + all.tryMsMax, ...(signal ? { signal } : {}) })

  const readStreamPage = async (subject: string, after: number): Promise<BusAnswer<string> | undefined> => {
    try {
      const request = { timeoutMs: all.answerMsMax, known: agreed.current }
      const page = await patiently(() =>
        http.get(`/streams/${encodeURIComponent(subject)}`, { after, limit: all.pageSize }, request),
      )
      agreed.adopt(page.log)
      return page
    } catch (error) {
      if (isProblem(error, 'not-found')) return undefined
      throw error
    }
  }

  const readStream: Bus['readStream'] = async (subject, after = 0) => {
    const events: RecordedEvent[] = []
    for (let from = after; ; ) {
      const page = await ofAgreedLog(() => readStreamPage(subject, from))
      const versions = page === undefined ? [] : parsed(page.body)
      events.push(...versions)
      const last = versions.at(-1)
      if (page === undefined || last === undefined || !page.next) return events
      from = last.version
    }
  }

  return {
    agreed,
    append: (events, { log: decidedBy } = { log: agreed.current }) =>
      ofAgreedLog(() => queue.append(JSON.stringify(events), decidedBy)),
    async read(request) {
      const { events, ...page } = await patiently(() => readOnce(request), request.signal)
      return { ...page, events: events() }
    },
    readStream,
    follow: (request) => followLog({ fetchPage: readOnce, http, logger, bounds: all }, request),
    close: () => http.close(),
  }
}
