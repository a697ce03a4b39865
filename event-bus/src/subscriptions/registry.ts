import { setImmediate as afterIo } from 'node:timers/promises'
import type { WakeSignal } from '@logbook/chassis/async/wake-signal.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { aheadOfLog } from '@logbook/chassis/log/problems.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import type { SubscriptionSettings } from '@logbook/contracts/http/subscriptions.ts'
import { limits } from '../limits.ts'
import { feedFromLog } from './feeder.ts'
import type { Post } from './post.ts'
import { pushDeliveries } from './pusher.ts'
import type { Run } from './rows.ts'
import { moveTo } from './same-log.ts'
import type { SubscriptionStore } from './store.ts'
import { Subscription } from './subscription.ts'
import { createFence } from './subscription-state.ts'
import { newSecret } from './webhook.ts'

export interface RegistryParts {
  store: SubscriptionStore
  log: Pick<LogStore, 'read' | 'head' | 'identity' | 'checksumAt'>
  /** Wakes after every commit of the log. */
  signal: WakeSignal
  logger: Logger
  clock: Clock
  random: () => number
  post: Post
}

interface Entry {
  subscription: Subscription
  ended: AbortController
  running: Promise<unknown>
}

/** The settings as they are compared and shown, without a generated secret. */
export const withoutSecret = (settings: SubscriptionSettings): SubscriptionSettings => {
  if (settings.mode === 'pull') return settings
  const { secret: _, ...shown } = settings
  return shown
}

const sameSettings = (asked: SubscriptionSettings, stands: SubscriptionSettings): boolean => {
  const secret = (settings: SubscriptionSettings) => (settings.mode === 'push' ? settings.secret : undefined)
  const sameSecret = secret(asked) === undefined || secret(asked) === secret(stands)
  const text = (settings: SubscriptionSettings) =>
    JSON.stringify(Object.entries(withoutSecret(settings)).sort(([one], [other]) => (one < other ? -1 : 1)))
  return sameSecret && text(asked) === text(stands)
}

const withSecret = (asked: SubscriptionSettings, stands?: SubscriptionSettings): SubscriptionSettings => {
  if (asked.mode === 'pull' || asked.secret !== undefined) return asked
  return { ...asked, secret: (stands?.mode === 'push' ? stands.secret : undefined) ?? newSecret() }
}

/** The condition of If-Match: a revision, any existing one, or none. */
export type Match = number | 'any' | undefined

/** All subscriptions of the bus. From `start` on, each is fed and pushed by loops of its own. */
export class Registry {
  readonly #parts: RegistryParts
  readonly #fence: ReturnType<typeof createFence>
  readonly #entries = new Map<string, Entry>()
  readonly #closing = new AbortController()
  #waking: Promise<void> = Promise.resolve()
  #purging: Promise<void> = Promise.resolve()
  #started = false

  constructor(parts: RegistryParts) {
    this.#parts = parts
    this.#fence = createFence(parts.store.lastToken())
    for (const run of parts.store.runs()) this.#open(run)
  }

  /**
   * Compares the log with the marks of each subscription. One that was read from another log goes back to where the two diverge,
   * and its leases end. Must be called before anything else.
   */
  async compare(): Promise<void> {
    const { log, logger } = this.#parts
    const { id, epoch } = log.identity
    for (const { subscription } of this.#entries.values()) {
      const { name, cursor, logId, logEpoch } = subscription.run
      const { marks } = subscription.state
      const move = await moveTo(log, { cursor, logId, logEpoch, marks })
      if (move !== undefined) {
        subscription.reset({ position: move.to, log: { id, epoch } }, move.reason)
        logger.warn(
          { subscription: name, from: cursor, ...move },
          'a subscription was reset: the log is not the one that it was read from',
        )
      } else if (logId !== id || logEpoch !== epoch)
        subscription.change((state) => state.change({ logId: id, logEpoch: epoch }))
    }
  }

  start(): void {
    this.#started = true
    for (const entry of this.#entries.values()) this.#run(entry)
    this.#waking = this.#wakeFeeders()
    this.#purgeSoon()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    for (const { ended } of this.#entries.values()) ended.abort()
    const running = [...this.#entries.values()].map((entry) => entry.running)
    await Promise.all([this.#waking, this.#purging, ...running])
    for (const { subscription } of this.#entries.values()) subscription.close()
  }

  all(): Subscription[] {
    return [...this.#entries.values()].map(({ subscription }) => subscription)
  }

  /** Throws `not-found`. */
  get(name: string): Subscription {
    const entry = this.#entries.get(name)
    if (entry === undefined) throw notFound(`subscription ${name.slice(0, 100)}`)
    return entry.subscription
  }

  /**
   * Creates or changes a subscription, or finds it unchanged. A change needs `match`: `conflict` without it,
   * `precondition-failed` when it has changed since.
   */
  put(
    name: string,
    { settings, match }: { settings: SubscriptionSettings; match: Match },
  ): { subscription: Subscription; created: boolean } {
    const there = this.#entries.get(name)?.subscription
    if (there === undefined) {
      if (match !== undefined) throw new Problem('precondition-failed', { detail: `There is no ${name}.` })
      return { subscription: this.#create(name, settings), created: true }
    }
    const { settings: stands } = there.run
    this.assertMatch(there, match)
    if (sameSettings(settings, stands)) return { subscription: there, created: false }
    if (match === undefined)
      throw new Problem('conflict', {
        detail: `${name} exists with other settings. Send If-Match with its ETag to change them.`,
      })
    if (settings.from !== stands.from)
      throw new Problem('conflict', {
        detail: '`from` only says where it began. Reset the subscription to move it.',
      })
    there.configure(withSecret(settings, stands))
    return { subscription: there, created: false }
  }

  assertMatch(subscription: Subscription, match: Match): void {
    if (match === undefined || match === 'any' || match === subscription.run.revision) return
    throw new Problem('precondition-failed', {
      detail: `It is at revision ${subscription.run.revision}.`,
    })
  }

  async remove(name: string, match: Match): Promise<void> {
    const subscription = this.get(name)
    this.assertMatch(subscription, match)
    const entry = this.#entries.get(name)
    this.#parts.store.remove(subscription.run.run)
    this.#entries.delete(name)
    subscription.abandon()
    entry?.ended.abort()
    await entry?.running
    this.#purgeSoon()
  }

  /** Throws `conflict` for a position after the end of the log. */
  reset(subscription: Subscription, position: number): void {
    const { head, identity } = this.#parts.log
    if (position > head()) throw aheadOfLog({ after: position, head: head() })
    subscription.reset({ position, log: { id: identity.id, epoch: identity.epoch } }, 'asked')
    this.#purgeSoon()
  }

  #create(name: string, asked: SubscriptionSettings): Subscription {
    if (this.#entries.size >= limits.subscriptionsMax)
      throw new Problem('conflict', {
        detail: `This bus has at most ${limits.subscriptionsMax} subscriptions.`,
      })
    const { log } = this.#parts
    const head = log.head()
    const from = asked.from === 'start' ? 0 : asked.from === 'now' ? head : asked.from
    if (from > head) throw aheadOfLog({ after: from, head })
    const run = this.#parts.store.create({
      ...{ name, revision: 1, settings: withSecret(asked), state: 'active', fault: null },
      createdAt: this.#parts.clock.now().getTime(),
      ...{ origin: from, cursor: from, previous: 0, sequence: 0 },
      ...{ attempts: 0, acknowledged: 0, skipped: 0 },
      ...{ logId: log.identity.id, logEpoch: log.identity.epoch, moved: null },
    })
    const entry = this.#open(run)
    if (this.#started) this.#run(entry)
    return entry.subscription
  }

  #open({ run, name, settings }: Run): Entry {
    const { store, clock, random } = this.#parts
    const subscription = new Subscription(run, { store, fence: this.#fence, clock, random })
    // An earlier process of this bus pushed these, and will not settle them.
    if (settings.mode === 'push') subscription.giveUpLeases('The bus stopped during the delivery.')
    const entry: Entry = { subscription, ended: new AbortController(), running: Promise.resolve() }
    this.#entries.set(name, entry)
    return entry
  }

  #run(entry: Entry): void {
    const { log: store, clock, post } = this.#parts
    const { subscription } = entry
    const ended = entry.ended.signal
    const logger = this.#parts.logger.child({ subscription: subscription.run.name })
    entry.running = Promise.all([
      feedFromLog(subscription, { store, logger, ended }),
      pushDeliveries(subscription, { store, post, clock, logger, ended }),
    ]).catch((error: unknown) => logger.error({ err: error }, 'a subscription stopped'))
  }

  async #wakeFeeders(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      await this.#parts.signal.next({ signal })
      for (const { subscription } of this.#entries.values()) subscription.room.wake()
    }
  }

  #purgeSoon(): void {
    if (this.#started) this.#purging = this.#purging.then(() => this.#purge())
  }

  /** In small steps, so that appends do not wait for it. */
  async #purge(): Promise<void> {
    try {
      while (!this.#closing.signal.aborted && this.#parts.store.purge()) await afterIo()
    } catch (error) {
      this.#parts.logger.error({ err: error }, 'what deleted subscriptions left could not be cleared away')
    }
  }
}
