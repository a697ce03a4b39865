import type { IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { codings } from '@logbook/chassis/http/coding.ts'
import { postName } from '@logbook/contracts/http/query.ts'
import { Pool } from 'undici'
import { parsedAnswerHead } from '../forward/answer-headers.ts'
import { limits } from '../limits.ts'
import { destinationOf, type Upstream } from '../routes.ts'
import type { AnswerCache } from './cache.ts'
import { keyOf } from './key.ts'

interface WarmUpOptions {
  upstreams: Pick<Record<Upstream, string>, 'client' | 'query'>
  publicHost: string
  cache: AnswerCache
  /** Between two requests. */
  pauseMs?: number
  /** For so long nothing drops the cache before it is filled again. */
  quietMs?: number
}

/** As most browsers and feed readers ask. */
const request: Pick<IncomingMessage, 'headers'> = {
  headers: { 'accept-encoding': codings[0], accept: '*/*' },
}

/** What readers open first; the newest posts come after these. */
const first = ['/', '/feed.xml', '/atom.xml', '/feed.json', '/archive', '/tags']

/**
 * Fills the cache after a start, and after all of it was dropped: the front page, the feeds and the newest posts, one request at a time,
 * so that readers who come with it are not kept waiting. It gives up on what does not answer, as readers ask for that themselves.
 */
export const createWarmUp = ({
  upstreams,
  publicHost,
  cache,
  pauseMs = limits.warmUp.pauseMs,
  quietMs = limits.warmUp.quietMs,
}: WarmUpOptions) => {
  const closing = new AbortController()
  const { signal } = closing
  const pools = Object.fromEntries(
    (['client', 'query'] as const).map((name) => [
      name,
      new Pool(upstreams[name], { connections: 1, connect: { timeout: limits.connectMsMax } }),
    ]),
  )

  /** Undefined where the service does not answer with 200. */
  const get = async (to: 'client' | 'query', path: string) => {
    const { answerMsMax } = limits.warmUp
    const answer = await pools[to]?.request({
      ...{ method: 'GET', path, signal, headersTimeout: answerMsMax, bodyTimeout: answerMsMax },
      headers: { host: publicHost, ...request.headers },
    })
    if (answer === undefined) return undefined
    const body = Buffer.from(await answer.body.arrayBuffer())
    return answer.statusCode === 200 ? { headers: answer.headers, body } : undefined
  }

  /** Caches the answer of an address that is not cached; false where there is none that can be cached. */
  const warm = async (address: string): Promise<boolean> => {
    const destination = destinationOf({ method: 'GET', url: address })
    const key = keyOf(request, destination)
    const { to, url } = destination
    if (key === undefined || (to !== 'client' && to !== 'query')) return false
    if (cache.has(key)) return true
    const answer = await get(to, url)
    if (answer === undefined) return false
    const head = parsedAnswerHead(answer.headers)
    cache.put(key, { from: to, head, body: answer.body, wantsCoding: true })
    return cache.isCacheable(head)
  }

  /** Resolves to whether the front page came, after it was asked for until the services behind it were there. */
  const warmFront = async (): Promise<boolean> => {
    const { attemptsMax, retryMs } = limits.warmUp
    for (let attempt = 0; attempt < attemptsMax && !signal.aborted; attempt++) {
      if (await warm('/').catch(() => false)) return true
      await pause(retryMs, undefined, { signal, ref: false })
    }
    return false
  }

  const newest = async (): Promise<string[]> => {
    const answer = await get('query', `/posts?limit=${limits.warmUp.postsMax}`)
    const posts = postName.array().safeParse(JSON.parse(answer?.body.toString() ?? '[]'))
    return (posts.data ?? []).map(({ slug }) => `/posts/${encodeURIComponent(slug)}`)
  }

  const run = async (): Promise<void> => {
    if (!(await warmFront())) return
    for (const address of [...first.slice(1), ...(await newest().catch(() => []))]) {
      await pause(pauseMs, undefined, { signal, ref: false })
      await warm(address).catch(() => false)
    }
  }

  let running: Promise<void> | undefined
  let quiet: NodeJS.Timeout | undefined
  /** One run after the other. A change of all pages seldom comes alone. */
  const again = (): void => {
    clearTimeout(quiet)
    quiet = setTimeout(() => {
      running = Promise.resolve(running)
        .then(run)
        .catch(() => {})
    }, quietMs).unref()
  }

  return {
    start(): void {
      cache.whenEmptied(again)
      running ??= run().catch(() => {})
    },
    async close(): Promise<void> {
      closing.abort()
      clearTimeout(quiet)
      await running
      await Promise.all(Object.values(pools).map((pool) => pool.destroy()))
    },
  }
}
