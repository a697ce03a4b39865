import {
  Agent as HttpAgent,
  type IncomingMessage,
  type RequestOptions,
  request as requestHttp,
} from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { limits } from '../limits.ts'
import type { AllowedTargets } from './allowed-targets.ts'
import type { Webhook } from './webhook.ts'

export interface Posted {
  status: number
  headers: IncomingMessage['headers']
  /** The beginning of the body. */
  excerpt: string
}

/**
 * Posts to an address and resolves with whatever was answered, redirects included: none is followed. Rejects when the target is
 * not allowed, can't be reached, or has not answered completely within `timeoutMs`. A body is read to a bound only.
 */
export type Post = (
  url: string,
  webhook: Webhook,
  until: { timeoutMs: number; signal: AbortSignal },
) => Promise<Posted>

const idleMs = 15_000

/** The beginning of what comes, and an end to the connection if more comes than anyone should answer a webhook. */
const readAnswer = (response: IncomingMessage): Promise<string> =>
  new Promise((resolve) => {
    const kept: Buffer[] = []
    let bytes = 0
    const done = () => resolve(Buffer.concat(kept).subarray(0, limits.excerptBytesMax).toString('utf8'))
    response.on('data', (chunk: Buffer) => {
      if (bytes < limits.excerptBytesMax) kept.push(chunk)
      bytes += chunk.length
      if (bytes > limits.answerBytesMax) response.destroy()
    })
    // The status has been read: what became of the rest of the body says nothing more.
    for (const end of ['end', 'close', 'error']) response.once(end, done)
  })

/** Keeps connections open between deliveries. */
export const createPost = (targets: AllowedTargets): { post: Post; close(): void } => {
  const agents = {
    http: new HttpAgent({ keepAlive: true, timeout: idleMs }),
    https: new HttpsAgent({ keepAlive: true, timeout: idleMs }),
  }

  const once = (url: URL, { headers, body }: Webhook, signal: AbortSignal, fresh: boolean): Promise<Posted> =>
    new Promise((resolve, reject) => {
      const host = url.hostname.replace(/^\[|\]$/g, '')
      const refusal = isIP(host) === 0 ? undefined : targets.objection(host, host)
      if (refusal !== undefined) return reject(new Error(refusal))
      const secure = url.protocol === 'https:'
      const options: RequestOptions = {
        method: 'POST',
        headers,
        signal,
        lookup: targets.lookup,
        agent: fresh ? false : secure ? agents.https : agents.http,
      }
      const sending = (secure ? requestHttps : requestHttp)(url, options)
      sending.once('response', (response) => {
        const { statusCode = 0, headers } = response
        readAnswer(response).then((excerpt) => {
          if (signal.aborted) reject(signal.reason)
          else resolve({ status: statusCode, headers, excerpt })
        }, reject)
      })
      sending.on('error', (error: NodeJS.ErrnoException) => {
        // The other side closed a kept connection just as it was taken up again: it has not seen this request.
        if (sending.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted)
          once(url, { headers, body }, signal, true).then(resolve, reject)
        else reject(error)
      })
      sending.end(body)
    })

  return {
    async post(url, webhook, { timeoutMs, signal }) {
      const timeout = AbortSignal.timeout(timeoutMs)
      try {
        return await once(new URL(url), webhook, AbortSignal.any([signal, timeout]), false)
      } catch (error) {
        if (timeout.aborted && !signal.aborted)
          throw new Error(`There was no answer within ${timeoutMs} ms.`, { cause: error })
        throw error
      }
    },
    close() {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}
