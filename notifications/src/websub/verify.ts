import { randomBytes } from 'node:crypto'
import { backoff } from '@logbook/chassis/async/pause.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import type { View } from '../domain/view.ts'
import { CallbackRefused, type Callbacks } from './callbacks.ts'
import type { Content, Contents } from './contents.ts'
import { limits } from './limits.ts'
import type { DueRequest, HubRequests } from './requests.ts'
import type { HubSubscriptions } from './subscriptions.ts'
import type { Topic, Topics } from './topics.ts'

interface VerifyOptions {
  requests: Pick<HubRequests, 'later' | 'end'>
  subscriptions: Pick<HubSubscriptions, 'put' | 'remove'>
  topics: Topics
  contents: Pick<Contents, 'now'>
  callbacks: Pick<Callbacks, 'ask'>
  blog: View['blog']
  clock: Clock
}

const mayPass = (status: number): boolean => status >= 500 || status === 408 || status === 429

/** Asks the callback of a request whether it agrees, and does what was asked for; or says that it is denied (W3C WebSub, 5.2 and 5.3). */
export const createVerify = (options: VerifyOptions) => {
  const { requests, subscriptions, topics, contents, callbacks, blog, clock } = options
  const nowMs = () => clock.now().getTime()

  /** The feed that is asked for and what it says now, or why it is denied. */
  const validate = async ({
    topic: address,
  }: DueRequest): Promise<string | { topic: Topic; content: Content }> => {
    const { hub } = blog()
    if (hub !== null) return `The feeds of this blog have another hub: ${hub}`
    const topic = await topics(address)
    const content = topic && (await contents.now(topic.path))
    return topic && content ? { topic, content } : 'The topic is no feed of this blog.'
  }

  const deny = async ({ callback, topic }: DueRequest, reason: string, stop: AbortSignal): Promise<void> => {
    const fields = { 'hub.mode': 'denied', 'hub.topic': topic, 'hub.reason': reason }
    // Nothing depends on the answer.
    await callbacks.ask(callback, { fields, expected: '', stop }).catch(() => {})
  }

  /** `later`: it did not answer for now. */
  const agrees = async ({ mode, callback, topic, leaseS }: DueRequest, stop: AbortSignal) => {
    const expected = randomBytes(24).toString('base64url')
    const asked = { 'hub.mode': mode, 'hub.topic': topic, 'hub.challenge': expected }
    const fields = { ...asked, ...(mode === 'subscribe' ? { 'hub.lease_seconds': String(leaseS) } : {}) }
    try {
      const { status, isExpected } = await callbacks.ask(callback, { fields, expected, stop })
      return mayPass(status) ? 'later' : isExpected
    } catch (error) {
      stop.throwIfAborted()
      return error instanceof CallbackRefused ? false : 'later'
    }
  }

  const again = (request: DueRequest, attempts: number): void => {
    if (attempts >= limits.attemptsMax) return void requests.end(request)
    const dueMs = Math.round(nowMs() + backoff(limits.retryMs, attempts))
    requests.later(request, { attempts, dueMs })
  }

  const validated = async (request: DueRequest) => {
    try {
      return request.mode === 'subscribe' ? await validate(request) : undefined
    } catch (error) {
      if (!isProblem(error, 'unavailable')) throw error
      return 'later' as const
    }
  }

  return async (request: DueRequest, stop: AbortSignal): Promise<void> => {
    const valid = await validated(request)
    // A fault on this side is no attempt.
    if (valid === 'later') return again(request, request.attempts)
    if (typeof valid === 'string') {
      await deny(request, valid, stop)
      return void requests.end(request)
    }
    const askedMs = nowMs()
    const agreed = await agrees(request, stop)
    if (agreed === 'later') return again(request, request.attempts + 1)
    // What was asked for meanwhile counts instead.
    if (!requests.end(request) || !agreed) return
    if (valid === undefined) return subscriptions.remove(request.id)
    const { topic, content } = valid
    const expiresMs = askedMs + request.leaseS * 1_000
    const { position, digest } = content
    subscriptions.put(request, { ...topic, expiresMs, position, digest, nowMs: askedMs })
  }
}
