import {
  Agent as HttpAgent,
  type IncomingMessage,
  type RequestOptions,
  request as requestHttp,
} from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { urlToHttpOptions } from 'node:url'
import type { AllowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { limits } from '../limits.ts'
import type { Webhook } from './webhook.ts'

export interface Posted {
  status: number
  headers: IncomingMessage['headers']
  /** The beginning of the body. */
  excerpt: string
}

/**
 * Posts to an address once and resolves with whatever was answered, redirects and 101 included: none is followed. Once the status and the
 * headers have come they count, though the connection breaks during the body, which is read to a bound only. Rejects when the target is
 * not allowed, can't be reached, ends the connection without an answer, or has not answered completely within `timeoutMs`.
 */
export type Post = (
  url: string,
  webhook: Webhook,
  until: { timeoutMs: number; signal: AbortSignal },
) => Promise<Posted>

/** A connection that was kept from an earlier delivery broke without an answer: whether the target has seen this request is not known. */
export class KeptConnectionLost extends Error {}

/** How long a connection is kept for the next delivery: shorter than any server waits before it closes one that is idle. */
const idleMs = 1_000

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
    for (const end of ['end', 'close', 'error']) response.on(end, done)
  })

/** A target, taken apart once: it is the same from delivery to delivery. */
interface Target {
  secure: boolean
  /** For `node:http`, which takes an address of its own apart at each request. */
  options: RequestOptions
  /** What a header says of it. */
  host: string
  /** Why it may not be posted to, as far as that can be told before its name is looked up. */
  objection: Error | undefined
}

interface Sending {
  target: Target
  webhook: Webhook
  /** Called once, with what ends the request from this side. */
  onBegin: (end: (why: Error) => void) => void
}

const targetOf = (address: string, targets: AllowedTargets): Target => {
  const url = new URL(address)
  const { protocol, hostname, port, path, auth } = urlToHttpOptions(url)
  return {
    secure: protocol === 'https:',
    host: url.host,
    objection: targetError(targets, url),
    options: {
      ...{ method: 'POST', lookup: targets.lookup },
      ...{ protocol, hostname, port, path },
      ...(auth == null ? {} : { auth }),
    },
  }
}

const targetError = (targets: AllowedTargets, url: URL): Error | undefined => {
  const objection = targets.objectionToLiteral(url)
  return objection === undefined ? undefined : new Error(objection)
}

/** Keeps connections open between deliveries. */
export const createPost = (targets: AllowedTargets): { post: Post; close(): void } => {
  const agents = {
    http: new HttpAgent({ keepAlive: true, timeout: idleMs }),
    https: new HttpsAgent({ keepAlive: true, timeout: idleMs }),
  }

  const known = new Map<string, Target>()

  const send = ({ target, webhook, onBegin }: Sending): Promise<Posted> =>
    new Promise((resolve, reject) => {
      const { secure } = target
      const agent = secure ? agents.https : agents.http
      // A list of headers is written as it is; of an object each would be checked and kept first.
      const headers = ['Host', target.host, ...webhook.headers]
      const sending = (secure ? requestHttps : requestHttp)({ ...target.options, headers, agent })
      let answered = false
      onBegin((why) => {
        reject(why)
        sending.destroy(why)
      })
      sending.once('response', (response) => {
        answered = true
        const { statusCode: status = 0, headers } = response
        readAnswer(response).then((excerpt) => resolve({ status, headers, excerpt }))
      })
      sending.once('upgrade', ({ statusCode: status = 0, headers }, socket) => {
        socket.destroy()
        resolve({ status, headers, excerpt: '' })
      })
      const lost = (error: NodeJS.ErrnoException): void => {
        if (answered) return
        const isKept = sending.reusedSocket && error.code === 'ECONNRESET'
        reject(isKept ? new KeptConnectionLost(error.message) : error)
      }
      sending.on('error', lost)
      sending.once('close', () => lost(new Error('The connection was closed without an answer.')))
      sending.end(webhook.body)
    })

  return {
    async post(address, webhook, { timeoutMs, signal }) {
      const target = known.get(address) ?? targetOf(address, targets)
      if (known.size >= limits.subscriptionsMax) known.clear()
      known.set(address, target)
      if (target.objection !== undefined) throw target.objection
      let end: (why: Error) => void = () => {}
      const cut = () => end(new Error('The bus stopped during the delivery.'))
      const late = () => end(new Error(`There was no answer within ${timeoutMs} ms.`))
      // One timer and one listener: an AbortSignal.timeout each, and their composition, cost more than the request.
      const timer = setTimeout(late, timeoutMs)
      signal.addEventListener('abort', cut)
      try {
        const onBegin: Sending['onBegin'] = (given) => {
          end = given
          if (signal.aborted) cut()
        }
        return await send({ target, webhook, onBegin })
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', cut)
      }
    },
    close() {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}
