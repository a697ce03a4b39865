import type { Clock } from '@logbook/chassis/clock.ts'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { Undelivered } from '@logbook/chassis/mail/undelivered.ts'
import { retryAfterMs } from '@logbook/contracts/http/answer-headers.ts'
import { Agent, request } from 'undici'
import { limits } from '../limits.ts'

interface Posting {
  url: string
  /** What is left alone together; the host unless it says so. */
  lane?: string
  headers: Readonly<Record<string, string>>
  body: string | Buffer
}

/** Statuses of a permanent failure; a retry may help for all others. */
const goneStatuses = new Set([404, 410])

/** Hosts that are left alone for the moment, and why. */
const createResting = (clock: Pick<Clock, 'steady'>) => {
  const resting = new Map<string, { untilMs: number; code: string }>()
  return {
    /** Throws at once for a host that is left alone. */
    assertAwake(lane: string): void {
      const { untilMs = 0, code = '' } = resting.get(lane) ?? {}
      const leftMs = untilMs - clock.steady()
      if (leftMs > 0) throw new Undelivered(code, { forGood: false, retryAfterMs: leftMs })
      resting.delete(lane)
    },
    rest(lane: string, code: string, ms: number): void {
      const [oldest] = resting.keys()
      if (resting.size >= limits.hostsRestingMax && oldest !== undefined) resting.delete(oldest)
      resting.set(lane, { untilMs: clock.steady() + Math.min(ms, limits.hostRestMs.max), code })
    },
  }
}

const isTimeout = (code: string): boolean => /TIMEOUT|ABORT|TIMEDOUT/i.test(code)

export type PostOut = ReturnType<typeof createPostOut>

/**
 * Posts to allowed external URLs. Resolves for a 2xx response and throws `Undelivered` for all else: permanent if the URL is gone or
 * rejects the message, and with the time of Retry-After if there is one. Redirects are not followed. A host that does not answer, or asks to
 * be left alone, delays no message to another one: for a while what goes to it fails at once.
 */
export const createPostOut = (
  allow: readonly string[],
  clock: Clock,
  { msMax = limits.hookMsMax }: { msMax?: number } = {},
) => {
  const targets = allowedTargets(allow)
  const timeouts = { headersTimeout: msMax, bodyTimeout: msMax }
  const agent = new Agent({ connect: { lookup: targets.lookup, timeout: msMax }, ...timeouts })
  const resting = createResting(clock)

  const answered = async ({ url, headers, body }: Posting, lane: string) => {
    try {
      const answer = await request(url, {
        ...{ method: 'POST', headers, body, dispatcher: agent },
        signal: AbortSignal.timeout(msMax),
      })
      await answer.body.dump({ limit: limits.formBytesMax }).catch(() => {})
      return answer
    } catch (error) {
      const named = error instanceof Error && 'code' in error ? String(error.code) : 'unreachable'
      const code = error instanceof Error && error.name === 'TimeoutError' ? 'ETIMEDOUT' : named
      if (isTimeout(code)) resting.rest(lane, code, limits.hostRestMs.silent)
      throw new Undelivered(code, { forGood: false })
    }
  }

  return {
    async post(posting: Posting): Promise<void> {
      const url = new URL(posting.url)
      const { lane = url.origin } = posting
      if (targets.objectionToLiteral(url) !== undefined)
        throw new Undelivered('not-allowed', { forGood: true })
      resting.assertAwake(lane)
      const { statusCode, headers } = await answered(posting, lane)
      if (statusCode >= 200 && statusCode < 300) return
      const askedMs = retryAfterMs(headers['retry-after'], clock.now().getTime())
      if (askedMs !== undefined) resting.rest(lane, `HTTP ${statusCode}`, askedMs)
      throw new Undelivered(`HTTP ${statusCode}`, {
        forGood: goneStatuses.has(statusCode),
        retryAfterMs: askedMs,
      })
    },
    close: () => agent.destroy(),
  }
}
