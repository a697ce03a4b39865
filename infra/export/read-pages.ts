import { pause } from '@logbook/chassis/async/pause.ts'
import pRetry from 'p-retry'
import type { z } from 'zod'
import { limits } from './limits.ts'

/** The blog cannot be read; the message says what was asked and what came. */
export class UnreadableSource extends Error {
  override name = 'UnreadableSource'
}

const unavailable = new Set([408, 429, 502, 503, 504])
/** Whether a status may be another a little later. */
export const isUnavailable = (status: number): boolean => unavailable.has(status)
const nextOf = (link: string | null): string | undefined => /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1]

class Unavailable extends Error {}

export interface Asker {
  /** The value of `Authorization`; absent for what anyone may read. */
  authorization?: string | undefined
  /** Ends what is asked, and throws its reason. */
  signal?: AbortSignal | undefined
}

const attempt = async (url: string, { authorization, signal }: Asker): Promise<Response> => {
  const timeout = AbortSignal.timeout(limits.requestMsMax)
  const answer = await fetch(url, {
    headers: { ...(authorization && { Authorization: authorization }), Accept: 'application/json' },
    signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
  }).catch((error: unknown) => {
    signal?.throwIfAborted()
    throw new Unavailable(`${url} does not answer (${error instanceof Error ? error.message : error})`)
  })
  if (answer.ok || answer.status === 404) return answer
  const said = `${url} answered ${answer.status}`
  if (answer.status === 401 || answer.status === 403)
    throw new UnreadableSource(`${said}: the token is not one of an owner.`)
  if (!isUnavailable(answer.status)) throw new UnreadableSource(said)
  await pause(Math.min(limits.retryMsMax, Number(answer.headers.get('Retry-After') ?? 0) * 1000 || 0))
  throw new Unavailable(said)
}

/** Asks with a caller's authorization, or as anyone may; what is unavailable is asked again. Throws `UnreadableSource`. */
export const createReader = (asker: Asker = {}) => {
  const ask = async (url: string): Promise<Response> => {
    try {
      return await pRetry(() => attempt(url, asker), {
        ...(asker.signal && { signal: asker.signal }),
        retries: limits.retriesMax,
        minTimeout: limits.retryMsMin,
        maxTimeout: limits.retryMsMax,
        shouldRetry: ({ error }) => error instanceof Unavailable,
      })
    } catch (error) {
      asker.signal?.throwIfAborted()
      if (error instanceof UnreadableSource) throw error
      throw new UnreadableSource(error instanceof Error ? error.message : String(error), { cause: error })
    }
  }

  const pages = async function* <Item>(
    first: string,
    schema: z.ZodType<Item>,
    { mayBeGone = false }: { mayBeGone?: boolean } = {},
  ): AsyncGenerator<Item> {
    for (let url: string | undefined = first; url !== undefined; ) {
      const answer: Response = await ask(url)
      if (answer.status === 404 && mayBeGone) return
      if (answer.status === 404) throw new UnreadableSource(`${url} answered 404: it is no such Logbook`)
      const items = schema.array().safeParse(await answer.json().catch(() => undefined))
      if (!items.success)
        throw new UnreadableSource(`${url} answered something else than a list of this blog`)
      yield* items.data
      const next = nextOf(answer.headers.get('Link'))
      url = next === undefined ? undefined : new URL(next, url).href
    }
  }

  return { ask, pages }
}
