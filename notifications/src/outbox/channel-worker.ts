import { backoff, pause } from '@logbook/chassis/async/pause.ts'
import { repeat } from '@logbook/chassis/async/repeat.ts'
import { createWakeSignal } from '@logbook/chassis/async/wake-signal.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import { endIfDamaged } from '@logbook/chassis/files/damage.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { Undelivered } from '@logbook/chassis/mail/undelivered.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import type { Transport } from '../channels/transport.ts'
import type { Channel } from '../domain/notice.ts'
import { isStillDue } from '../domain/policy.ts'
import { deferredUntil } from '../domain/timing.ts'
import type { View } from '../domain/view.ts'
import { limits } from '../limits.ts'
import type { Claims } from './claims.ts'
import type { Outbox, QueuedEffect } from './outbox.ts'

export type Outcome = 'sent' | 'failed' | 'parked' | 'dropped'

export interface ChannelWorkerOptions {
  channel: Channel
  outbox: Outbox
  claims: Claims
  view: View
  transport: Transport
  clock: Clock
  logger: Logger
  /** Returns the position of the view; undefined while nothing may be sent. */
  upTo: () => number | undefined
  onOutcome: (channel: Channel, outcome: Outcome) => void
  /** Called for an address that no message can reach. */
  onBadAddress: (effect: QueuedEffect) => Promise<void>
}

const dayMs = 86_400_000

interface InBatch {
  /** Keys of messages that need nothing more. */
  handled: Set<string>
  /** The messages behind this one. */
  next: readonly QueuedEffect[]
}

/**
 * Sends the due messages of one channel, one at a time. When the process is killed, at most one message is sent and not noted, and only
 * that one may be sent again.
 */
export class ChannelWorker {
  readonly channel: Channel
  readonly #options: ChannelWorkerOptions
  readonly #stopping = new AbortController()
  #running: Promise<void> | undefined
  readonly #waking = createWakeSignal()
  #fault: string | null = null
  /** Failures in a row that were the server's, and for how long it is left alone after the last one. */
  #away = 0
  #restMs = 0
  /** Messages whose attempt is counted, and which were not tried yet. */
  readonly #counted = new Set<string>()

  constructor(options: ChannelWorkerOptions) {
    this.#options = options
    this.channel = options.channel
  }

  /** Why the last attempt failed, or null after a success. */
  get fault(): string | null {
    return this.#fault
  }

  start(): void {
    this.#running ??= this.#run()
  }

  wake(): void {
    this.#waking.wake()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    // Gives a message in transit a bounded time to finish.
    const waited = new AbortController()
    await Promise.race([this.#running, pause(limits.stopMsMax, waited.signal)])
    waited.abort()
    await this.#options.transport.close?.()
  }

  get #nowMs(): number {
    return this.#options.clock.now().getTime()
  }

  #run(): Promise<void> {
    const { logger, channel } = this.#options
    return repeat((progressed) => this.#turn(progressed), {
      ...{ signal: this.#stopping.signal, backoffMs: limits.awayMs },
      onFailure: (error, failures) => {
        endIfDamaged(error)
        if (failures === 0) logger.warn({ err: error, channel }, 'sending stopped for the moment')
        this.#fault = error instanceof Error ? error.message : String(error)
      },
    })
  }

  /** Leaves a server alone that failed: any other message would meet the same. */
  #rest(): Promise<void> {
    const ms = this.#restMs
    this.#restMs = 0
    return pause(ms, this.#stopping.signal)
  }

  async #turn(progressed: () => void): Promise<void> {
    const { wakes } = this.#waking
    await this.#drain()
    progressed()
    if (this.#restMs > 0) return this.#rest()
    const next = this.#options.outbox.nextMs(this.channel)
    const until = next === undefined ? limits.sleepMsMax : next - this.#nowMs
    // The wall clock may be changed at any moment, so no sleep is long.
    const timeoutMs = Math.max(limits.awayMs.initial, Math.min(until, limits.sleepMsMax))
    await this.#waking.next({ signal: this.#stopping.signal, timeoutMs, wakes })
  }

  async #drain(): Promise<void> {
    const { outbox, upTo } = this.#options
    outbox.bringForward(this.channel, this.#nowMs)
    while (!this.#stopping.signal.aborted) {
      const position = upTo()
      const due = position === undefined ? [] : outbox.due(this.channel, this.#nowMs, position)
      if (due.length === 0) return
      const handled = new Set<string>()
      try {
        for (const [index, effect] of due.entries()) {
          if (this.#stopping.signal.aborted || this.#restMs > 0) return
          if (handled.has(effect.key)) continue
          await this.#handle(effect, { handled, next: due.slice(index + 1, index + limits.countedMax) })
        }
      } finally {
        if (this.#counted.size > 0) outbox.uncount([...this.#counted])
        this.#counted.clear()
        outbox.settleSent()
      }
    }
  }

  async #handle(effect: QueuedEffect, { handled, next }: InBatch): Promise<void> {
    const { outbox, claims, onOutcome } = this.#options
    const nowMs = this.#nowMs
    const ready: QueuedEffect[] = []
    for (const each of this.#withOthers(effect, nowMs)) {
      if (handled.has(each.key)) continue
      handled.add(each.key)
      if (!(await claims.isMine(each.eventId))) continue
      const plan = this.#planOf(each, nowMs)
      if (plan === 'send') ready.push(each)
      else if (plan === 'drop') {
        this.#counted.delete(each.key)
        outbox.drop([each.key])
        onOutcome(this.channel, 'dropped')
      } else outbox.defer(each.key, plan)
    }
    if (ready.length > 0) await this.#deliver(ready, next)
  }

  /** Deferred effects of one person, through quiet hours or for the daily mail, go out in one mail. */
  #withOthers(effect: QueuedEffect, nowMs: number): QueuedEffect[] {
    const isShared = this.channel === 'mail' && effect.isHeld && effect.attempts === 0
    return isShared ? this.#options.outbox.deferredFor(effect, nowMs) : [effect]
  }

  /** Whether an effect is to be sent now, dropped, or deferred until a time in ms. */
  #planOf(effect: QueuedEffect, nowMs: number): 'send' | 'drop' | number {
    const { view } = this.#options
    if (!isStillDue(effect, view)) return 'drop'
    const atMs = Date.parse(effect.at)
    if (nowMs - atMs > limits.newsDaysMax * dayMs) return 'drop'
    if (effect.receiver.kind !== 'person') return 'send'
    const { preferences } = view.choices(effect.receiver.id)
    return deferredUntil(preferences, { channel: this.channel, atMs, nowMs }) ?? 'send'
  }

  /** Counts the attempt before sending. Those that are next to subscribers are counted with it: to count several costs little more than one. */
  #count(keys: readonly string[], next: readonly QueuedEffect[]): void {
    if (keys.every((key) => this.#counted.has(key))) return
    const ahead = next.filter(({ receiver, isHeld }) => receiver.kind === 'subscription' && !isHeld)
    const all = [...keys, ...ahead.map(({ key }) => key)].filter((key) => !this.#counted.has(key))
    this.#options.outbox.begin(all)
    for (const key of all) this.#counted.add(key)
  }

  async #deliver(effects: readonly QueuedEffect[], next: readonly QueuedEffect[]): Promise<void> {
    const { outbox, transport, onOutcome } = this.#options
    const keys = effects.map(({ key }) => key)
    this.#count(keys, next)
    for (const key of keys) this.#counted.delete(key)
    try {
      await transport.send(effects)
    } catch (error) {
      return this.#failed(effects, error)
    }
    this.#fault = null
    this.#away = 0
    outbox.sent(keys)
    onOutcome(this.channel, 'sent')
  }

  async #failed(effects: readonly QueuedEffect[], error: unknown): Promise<void> {
    const { outbox, logger, clock, onOutcome, onBadAddress } = this.#options
    const keys = effects.map(({ key }) => key)
    const [first] = effects
    if (first === undefined) return
    if (this.#stopping.signal.aborted || isProblem(error)) {
      // An attempt interrupted by the end of the service, or by a fault of accounts, does not count.
      outbox.uncount(keys)
      throw error
    }
    const { code, forGood, about, retryAfterMs = 0 } = refusalOf(error)
    const tries = first.attempts + 1
    const said = { channel: this.channel, kind: first.kind, code, tries }
    this.#fault = code
    if (about === 'server') this.#restMs = backoff(limits.restMs, this.#away++)
    onOutcome(this.channel, 'failed')
    if (forGood || tries >= limits.attemptsMax) {
      outbox.park(keys, code)
      onOutcome(this.channel, 'parked')
      logger.warn(said, 'a message is parked')
      if (about === 'address') await onBadAddress(first)
      return
    }
    const waitMs = Math.max(
      backoff(limits.retryMs, first.attempts),
      Math.min(retryAfterMs, limits.retryAfterMsMax),
    )
    outbox.later(keys, { dueMs: Math.round(clock.now().getTime() + waitMs), code })
    logger.warn(said, 'a message could not be sent; it will be tried again')
  }
}

const refusalOf = (error: unknown): Undelivered =>
  error instanceof Undelivered ? error : new Undelivered('unknown', { forGood: false })
