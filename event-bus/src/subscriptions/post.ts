import type { IncomingMessage, RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { urlToHttpOptions } from 'node:url'
import type { AllowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { Agent as HttpAgent, request as requestHttp } from '@logbook/chassis/http/node-http.ts'
import { limits } from '../limits.ts'
import type { Webhook } from './webhook.ts'

export interface Posted {
  status: number
  headers: IncomingMessage['headers']
  /** The beginning of the body. */
  excerpt: string
}

/**
 * Posts once and resolves with the answer, redirects and 101 included: none is followed. Status and headers count once received, even
 * if the connection breaks during the body, of which only a bounded part is read. Rejects when the target is not allowed or not
 * reachable, closes the connection without an answer, or does not complete its answer within `timeoutMs`.
 */
export type Post = (
  url: string,
  webhook: Webhook,
  until: { timeoutMs: number; signal: AbortSignal },
) => Promise<Posted>

/** A kept connection broke without an answer: whether the target has received the request is not known. */
export class KeptConnectionLost extends Error {}

/** How long an idle connection is kept: shorter than the idle timeout of any common server. */
const idleMs = 1_000

/** Keeps the beginning of the body, and closes the connection if the body is too large. */
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
    // The status is known: the rest of the body does not matter.
    for (const end of ['end', 'close', 'error']) response.on(end, done)
  })

/** A parsed target, reused across deliveries. */
interface Target {
  secure: boolean
  /** Options for `node:http`, which would parse a URL at each request. */
  options: RequestOptions
  /** The Host header. */
  host: string
  /** Why it is not allowed, as far as that is known before its name is resolved. */
  objection: Error | undefined
}

interface Sending {
  target: Target
  webhook: Webhook
  /** Called once with a function that aborts the request. */
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
      // A flat list of headers is written as it is; those of an object would be checked and copied.
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
      // One timer and one listener: AbortSignal.timeout and AbortSignal.any cost more than the request.
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
