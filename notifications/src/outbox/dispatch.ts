import type { Clock } from '@logbook/chassis/clock.ts'
import type { ParkedWork } from '@logbook/chassis/follow/parked.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { mailSubscriptionSubject, preferencesSubject } from '@logbook/contracts/events/notifications.ts'
import type { Sender } from '../channels/channel.ts'
import type { Known } from '../domain/known.ts'
import { decideEnd } from '../domain/mail-subscription.ts'
import { type Channel, receiverText } from '../domain/notice.ts'
import { decideMailEnd } from '../domain/person.ts'
import { limits } from '../limits.ts'
import type { Streams } from '../log/streams.ts'
import { claimsOf } from './claims.ts'
import { Lane, type Outcome } from './lane.ts'
import type { Outbox, Waiting } from './outbox.ts'

interface DispatchOptions {
  bus: Bus
  outbox: Outbox
  known: Known
  streams: Streams
  senders: Readonly<Partial<Record<Channel, Sender>>>
  clock: Clock
  logger: Logger
  upTo: () => number | undefined
  onOutcome?: (channel: Channel, outcome: Outcome) => void
}

const dayMs = 86_400_000

export type Dispatch = ReturnType<typeof createDispatch>

/** Sends what is in the outbox, by each channel on its own: one that hangs keeps no other waiting. */
export const createDispatch = (options: DispatchOptions) => {
  const { bus, outbox, streams, senders, clock, onOutcome = () => {} } = options
  const claims = claimsOf({ bus, outbox, clock })

  /** A mail server said that there is no such address: nothing more goes there, and owners are told. */
  const bounced = async ({ channel, receiver: { kind, id } }: Waiting, code: string): Promise<void> => {
    // What was refused for the text of one mail says nothing of the address.
    if (channel !== 'mail' || !code.startsWith('EENVELOPE')) return
    const at = clock.now().toISOString()
    if (kind === 'person')
      await streams.people.handle({
        subject: preferencesSubject(id),
        decide: decideMailEnd('bounced', { id, at }),
      })
    if (kind === 'subscription')
      await streams.subscriptions.handle({
        subject: mailSubscriptionSubject(id),
        decide: decideEnd('bounced', { id, at, isToken: () => true }),
      })
  }

  const lanes = (Object.entries(senders) as [Channel, Sender][]).map(
    ([channel, sender]) => new Lane({ ...options, channel, sender, claims, onOutcome, onGone: bounced }),
  )
  const wake = (): void => {
    for (const lane of lanes) lane.wake()
  }

  /** Tries again what was given up, one message or all. Returns how many. */
  const retry = (key?: string): number => {
    const count = outbox.unpark(clock.now().getTime(), key)
    wake()
    return count
  }
  return {
    start(): void {
      outbox.prune(new Date(clock.now().getTime() - limits.doneDaysMax * dayMs).toISOString())
      for (const lane of lanes) lane.start()
    },
    wake,
    retry,
    /** Messages that were given up, by their keys with commas. Of each it is known when its last attempt was due. */
    parked: {
      list: (limit) =>
        outbox.parked(limit).map(({ key, kind, channel, receiver, code, dueMs }) => ({
          id: key.replaceAll(' ', ','),
          subject: `${kind} by ${channel} to ${receiverText(receiver)}`,
          reason: code ?? 'unknown',
          since: new Date(dueMs).toISOString(),
        })),
      retry: (id) => retry(id?.replaceAll(',', ' ')),
    } satisfies ParkedWork,
    status() {
      const faults = lanes.flatMap(({ channel, fault }) => (fault === null ? [] : [`${channel}: ${fault}`]))
      return { ...outbox.status(clock.now().getTime()), fault: faults.join(', ') || null }
    },
    async stop(): Promise<void> {
      await Promise.all(lanes.map((lane) => lane.stop()))
    },
  }
}
