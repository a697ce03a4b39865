import { createHmac } from 'node:crypto'
import { backoff } from '@logbook/chassis/async/pause.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import { retryAfterMs } from '@logbook/contracts/http/answer-headers.ts'
import { limits } from '../limits.ts'
import { CallbackRefused, type Callbacks } from './callbacks.ts'
import type { Content, Contents } from './contents.ts'
import type { DueDelivery, HubSubscriptions } from './subscriptions.ts'

interface DeliverOptions {
  subscriptions: Pick<HubSubscriptions, 'sent' | 'failed' | 'remove'>
  contents: Pick<Contents, 'at'>
  callbacks: Pick<Callbacks, 'post'>
  clock: Clock
  onOutcome: (outcome: 'sent' | 'failed' | 'parked' | 'dropped') => void
}

interface Failure {
  code: string
  forGood?: boolean
  retryAfterMs?: number | undefined
}

const headersOf = ({ contentType, link, body }: Content, secret: string | null): Record<string, string> => ({
  'Content-Type': contentType,
  Link: link,
  ...(secret === null
    ? {}
    : { 'X-Hub-Signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }),
})

/** Sends what a feed says to a subscriber (W3C WebSub, 7), and tries again later what may pass. */
export const createDeliver = (options: DeliverOptions) => {
  const { subscriptions, contents, callbacks, clock, onOutcome } = options
  const nowMs = () => clock.now().getTime()

  const fail = (
    { id, attempts: before }: DueDelivery,
    { code, forGood = false, retryAfterMs: askedMs = 0 }: Failure,
  ) => {
    const attempts = forGood ? limits.attemptsMax : before + 1
    const waitMs = Math.max(backoff(limits.retryMs, before), Math.min(askedMs, limits.retryAfterMsMax))
    const isLast = attempts >= limits.attemptsMax
    const now = nowMs()
    subscriptions.failed(id, { attempts, code, dueMs: isLast ? null : Math.round(now + waitMs), nowMs: now })
    onOutcome('failed')
    if (isLast) onOutcome('parked')
  }

  const send = async (delivery: DueDelivery, content: Content, stop: AbortSignal): Promise<void> => {
    const { id, callback, secret } = delivery
    const answer = await callbacks.post(callback, {
      headers: headersOf(content, secret),
      body: content.body,
      stop,
    })
    if (answer.status >= 200 && answer.status <= 299) {
      subscriptions.sent(id, content)
      return onOutcome('sent')
    }
    if (answer.status === 410) {
      subscriptions.remove(id)
      return onOutcome('dropped')
    }
    fail(delivery, { code: `HTTP ${answer.status}`, retryAfterMs: retryAfterMs(answer.retryAfter, nowMs()) })
  }

  return async (delivery: DueDelivery, stop: AbortSignal): Promise<void> => {
    const { id, path, position, digest } = delivery
    try {
      const content = await contents.at(path, position)
      // Nothing is sent of a feed that is gone, or that says what it said.
      if (content === undefined) return subscriptions.sent(id, { position, digest })
      if (content.digest === digest) return subscriptions.sent(id, content)
      await send(delivery, content, stop)
    } catch (error) {
      stop.throwIfAborted()
      if (error instanceof CallbackRefused) fail(delivery, { code: 'not-allowed', forGood: true })
      else fail(delivery, { code: 'unreachable' })
    }
  }
}
