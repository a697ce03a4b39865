import type { Clock } from '@logbook/chassis/clock.ts'
import type { ParkedWork } from '@logbook/chassis/follow/parked.ts'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { Config } from '../config.ts'
import type { View } from '../domain/view.ts'
import type { Streams } from '../log/streams.ts'
import { createHostQueue } from '../outbox/host-queue.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { hubHandlers } from '../routes/hub.ts'
import { createCallbacks } from './callbacks.ts'
import { type Feed, feedKey } from './changed-feeds.ts'
import { createContents } from './contents.ts'
import { createDeliver } from './deliver.ts'
import { limits } from './limits.ts'
import { hubRequests } from './requests.ts'
import { hubSubscriptions } from './subscriptions.ts'
import { createTopics } from './topics.ts'
import { createVerify } from './verify.ts'

interface HubOptions {
  outbox: Pick<Outbox, 'db'>
  clock: Clock
  logger: Logger
  streams: Pick<Streams, 'slugs'>
  view: Pick<View, 'blog'>
  config: Pick<Config, 'publicUrl' | 'queryUrl' | 'websubAllow'>
  onOutcome: (channel: 'websub', outcome: string) => void
}

export type Hub = ReturnType<typeof createHub>

/** The blog's own hub (W3C WebSub): takes subscriptions to its feeds, verifies them, and sends the feeds when they change. */
export const createHub = ({ outbox, clock, logger, streams, view, config, onOutcome }: HubOptions) => {
  const { publicUrl } = config
  const nowMs = () => clock.now().getTime()
  const allow = allowedTargets(config.websubAllow)
  const [requests, subscriptions] = [hubRequests(outbox.db), hubSubscriptions(outbox.db)]
  const [callbacks, contents] = [createCallbacks(allow), createContents(config.queryUrl)]
  const topics = createTopics({ slugs: streams.slugs, publicUrl })
  const parts = { requests, subscriptions, callbacks, contents, topics, clock }
  const verifier = createHostQueue({
    ...{ next: requests.next, nextMs: requests.nextMs, clock, logger, atOnceMax: limits.verifiersMax },
    handle: createVerify({ ...parts, blog: view.blog }),
    onFault: 'subscriptions to feeds are not verified for the moment',
  })
  const sender = createHostQueue({
    ...{
      next: subscriptions.next,
      nextMs: subscriptions.nextMs,
      clock,
      logger,
      atOnceMax: limits.sendersMax,
    },
    handle: createDeliver({ ...parts, onOutcome: (outcome) => onOutcome('websub', outcome) }),
    onFault: 'feeds are not sent for the moment',
  })
  return {
    handlers: hubHandlers({ requests, allow, publicUrl, clock, wake: verifier.wake }),
    /** Feeds have changed, by an event: their subscribers are to be sent them. */
    change(feeds: readonly Feed[], { position, time }: { position: number; time: string }): void {
      const keys = [...new Set(feeds.map(feedKey))]
      if (keys.length > 0) subscriptions.change(keys, { position, dueMs: Date.parse(time) + limits.settleMs })
    },
    wake(): void {
      verifier.wake()
      sender.wake()
    },
    forget(): void {
      contents.forget()
      subscriptions.onOtherLog()
    },
    status: () => ({ ...subscriptions.status(nowMs()), requests: requests.count() }),
    /** Subscribers that were given up until the next change. */
    parked: {
      list: (limit) =>
        subscriptions.parked(limit).map(({ id, host, topic, code, failedMs }) => ({
          ...{ id, subject: `${topic} to ${host}`, reason: code ?? 'unknown' },
          since: new Date(failedMs).toISOString(),
        })),
      retry(id) {
        const count = subscriptions.unpark(nowMs(), id)
        sender.wake()
        return count
      },
    } satisfies ParkedWork,
    start(): void {
      verifier.start()
      sender.start()
    },
    async stop(): Promise<void> {
      await Promise.all([verifier.stop(), sender.stop()])
    },
  }
}
