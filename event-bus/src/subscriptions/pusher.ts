import { setImmediate as afterIo } from 'node:timers/promises'
import { pause } from '@logbook/chassis/async/pause.ts'
import { repeat } from '@logbook/chassis/async/repeat.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { PushSettings } from '@logbook/contracts/http/subscriptions.ts'
import { limits } from '../limits.ts'
import { meaningOf } from './answers.ts'
import type { Leased } from './delivery.ts'
import { eventTexts, textsNear } from './event-texts.ts'
import { KeptConnectionLost, type Post, type Posted } from './post.ts'
import type { Verdict } from './settling.ts'
import type { Subscription } from './subscription.ts'
import { webhookOf } from './webhook.ts'

export interface Pushing {
  store: Pick<LogStore, 'read' | 'identity'>
  post: Post
  clock: Clock
  logger: Logger
  /** No delivery begins after it aborts; running ones get `graceMs`. */
  ended: AbortSignal
  graceMs?: number
}

type Texts = ReadonlyMap<number, string>

/** The holder of the leases of pushed deliveries. */
const pushConsumer = 'push'
const backoffMs = { initial: 100, max: 5_000 } as const
const graceMsDefault = 1_000
// The lease outlives the request, so that it does not expire while a timely answer arrives.
const leaseSlackMs = 5_000
const logFaultHoldMs = 1_000

/** The running deliveries of one subscription. */
class Pusher {
  readonly #subscription: Subscription
  readonly #pushing: Pushing
  readonly #cut = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  #verdicts: Verdict[] = []
  #holdUntil = 0

  constructor(subscription: Subscription, pushing: Pushing) {
    this.#subscription = subscription
    this.#pushing = pushing
  }

  /** Milliseconds until the endpoint accepts requests again; 0 for now. */
  get holdMs(): number {
    return Math.max(0, this.#holdUntil - this.#now())
  }

  /** How many deliveries were answered since the last turn. */
  get answered(): number {
    return this.#verdicts.length
  }

  /** Settles answered deliveries and sends more, up to the allowed number of concurrent requests. */
  turn(): void {
    const subscription = this.#subscription
    const { settings, state } = subscription.run
    const said = this.#verdicts
    this.#verdicts = []
    try {
      const open = !this.#pushing.ended.aborted && state === 'active' && this.holdMs === 0
      if (settings.mode !== 'push' || !open) {
        if (said.length > 0) subscription.turn({ verdicts: said })
        return
      }
      const size = settings.format === 'batch' ? limits.batchEventsMax : 1
      const max = Math.max(0, settings.concurrency - this.#underWay.size) * size
      const claim = { max, leaseMs: settings.timeoutMs + leaseSlackMs, consumer: pushConsumer }
      const claimed = subscription.turn({ verdicts: said, claim })
      if (claimed.length === 0) return
      // Read once for all deliveries of this turn.
      const near = textsNear(
        this.#pushing.store,
        claimed.map(({ position }) => position),
      )
      for (let from = 0; from < claimed.length; from += size)
        this.#begin(settings, claimed.slice(from, from + size), near)
    } catch (error) {
      // The answers are kept until the disk works again.
      this.#verdicts.unshift(...said)
      throw error
    }
  }

  /** Waits a while for running deliveries, aborts the rest, and settles the answers. */
  async finish(graceMs: number): Promise<void> {
    const finished = new AbortController()
    const all = Promise.allSettled([...this.#underWay]).then(() => finished.abort())
    await pause(graceMs, finished.signal)
    this.#cut.abort(new Error('The bus is closing.'))
    await all
    this.turn()
  }

  #now(): number {
    return this.#pushing.clock.steady()
  }

  #wallTime(): number {
    return this.#pushing.clock.now().getTime()
  }

  #hold(ms: number): void {
    this.#holdUntil = Math.max(this.#holdUntil, this.#now() + ms)
  }

  #begin(settings: PushSettings, deliveries: readonly Leased[], near: Promise<Texts>): void {
    const delivering = this.#deliver(settings, deliveries, near)
      .catch((error: unknown) => this.#pushing.logger.error({ err: error }, 'a delivery could not be judged'))
      .finally(() => {
        this.#underWay.delete(delivering)
        this.#subscription.ready.wake()
      })
    this.#underWay.add(delivering)
  }

  async #deliver(settings: PushSettings, deliveries: readonly Leased[], near: Promise<Texts>): Promise<void> {
    let texts: string[] = []
    try {
      const positions = deliveries.map(({ position }) => position)
      texts = await eventTexts(this.#pushing.store, positions, await near)
    } catch (error) {
      this.#pushing.logger.error({ err: error }, 'the log could not be read for a delivery')
      this.#hold(logFaultHoldMs)
    }
    const sent = deliveries.slice(0, texts.length)
    // Awaited first: the list may have been replaced by then.
    const said = sent.length > 0 ? await this.#send(settings, sent, texts) : []
    this.#verdicts.push(...said)
    for (const { state } of deliveries.slice(texts.length))
      this.#verdicts.push({ kind: 'unsent', token: state.token })
  }

  async #send(settings: PushSettings, sent: readonly Leased[], texts: readonly string[]): Promise<Verdict[]> {
    const { name } = this.#subscription.run
    const { identity: log } = this.#pushing.store
    const webhook = webhookOf({ name, settings }, { deliveries: sent, texts, now: this.#wallTime(), log })
    try {
      const until = { timeoutMs: settings.timeoutMs, signal: this.#cut.signal }
      return this.#judge(await this.#pushing.post(settings.url, webhook, until), sent)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const failure = { status: null, reason, bodyExcerpt: null }
      // Counted as an attempt, since the request may have crashed the target; more often it closed an idle connection.
      const atOnce = error instanceof KeptConnectionLost
      return sent.map(({ state }) => ({ kind: 'retry', token: state.token, failure, delayMs: 0, atOnce }))
    }
  }

  #judge(answer: Posted, sent: readonly Leased[]): Verdict[] {
    const meaning = meaningOf(answer, this.#wallTime())
    const last = sent.at(-1)
    switch (meaning.kind) {
      case 'taken':
        return sent.map((delivery) => {
          const hash = delivery === last ? meaning.hash : undefined
          return { kind: 'acknowledge', token: delivery.state.token, hash }
        })
      case 'over':
        this.#subscription.switchTo('ended', 'Its endpoint answered 410: it wants nothing any more.')
        return sent.map(({ state }) => ({ kind: 'unsent', token: state.token }))
      case 'failed': {
        const { failure, holdMs } = meaning
        if (holdMs > 0) this.#hold(holdMs)
        return sent.map(({ state }) => ({ kind: 'retry', token: state.token, failure, delayMs: holdMs }))
      }
    }
  }
}

/** Posts deliveries while the subscription's mode is push. Resolves when `ended` has aborted and no delivery is running. */
export const pushDeliveries = async (subscription: Subscription, pushing: Pushing): Promise<void> => {
  const { logger, ended, graceMs = graceMsDefault } = pushing
  const pusher = new Pusher(subscription, pushing)
  const turn = async (): Promise<void> => {
    pusher.turn()
    const { holdMs } = pusher
    // Nothing is awaited from the turn to the wait, so nothing that becomes ready in between is missed.
    await subscription.ready.next({ signal: ended, ...(holdMs > 0 ? { timeoutMs: holdMs } : {}) })
    // Answers already in the sockets, and those that arrive while these are read, are settled in the same commit.
    let settled = -1
    while (pusher.answered > settled) {
      settled = pusher.answered
      await afterIo()
    }
  }
  await repeat(turn, {
    ...{ signal: ended, backoffMs },
    onFailure: (error) => logger.error({ err: error }, 'a subscription could not be pushed on'),
  })
  await pusher.finish(graceMs)
}
