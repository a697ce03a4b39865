import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { Undelivered } from '@logbook/chassis/mail/undelivered.ts'
import { retryAfterMs } from '@logbook/contracts/http/answer-headers.ts'
import { Agent, request } from 'undici'
import { limits } from '../limits.ts'

interface Posting {
  url: string
  headers: Readonly<Record<string, string>>
  body: string | Buffer
}

/** Statuses of a permanent failure; a retry may help for all others. */
const goneStatuses = new Set([404, 410])

export type PostOut = ReturnType<typeof createPostOut>

/**
 * Posts to allowed external URLs. Resolves for a 2xx response and throws `Undelivered` for all else: permanent if the URL is gone or
 * rejects the message, and with the time of Retry-After if there is one. Redirects are not followed.
 */
export const createPostOut = (allow: readonly string[]) => {
  const targets = allowedTargets(allow)
  const timeouts = { headersTimeout: limits.hookMsMax, bodyTimeout: limits.hookMsMax }
  const agent = new Agent({ connect: { lookup: targets.lookup, timeout: limits.hookMsMax }, ...timeouts })

  const answered = async ({ url, headers, body }: Posting) => {
    try {
      const answer = await request(url, {
        ...{ method: 'POST', headers, body, dispatcher: agent },
        signal: AbortSignal.timeout(limits.hookMsMax),
      })
      await answer.body.dump({ limit: limits.formBytesMax }).catch(() => {})
      return answer
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreachable'
      throw new Undelivered(code, { forGood: false })
    }
  }

  return {
    async post(posting: Posting): Promise<void> {
      if (targets.objectionToLiteral(new URL(posting.url)) !== undefined)
        throw new Undelivered('not-allowed', { forGood: true })
      const { statusCode, headers } = await answered(posting)
      if (statusCode >= 200 && statusCode < 300) return
      throw new Undelivered(`HTTP ${statusCode}`, {
        forGood: goneStatuses.has(statusCode),
        retryAfterMs: retryAfterMs(headers['retry-after'], Date.now()),
      })
    },
    close: () => agent.destroy(),
  }
}
