import type { Clock } from '@logbook/chassis/clock.ts'
import type { ParkedWork } from '@logbook/chassis/follow/parked.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { mailSubscriptionSubject, preferencesSubject } from '@logbook/contracts/events/notifications.ts'
import type { Transport } from '../channels/transport.ts'
import { decideEnd } from '../domain/mail-subscription.ts'
import { type Channel, receiverText } from '../domain/notice.ts'
import { decideMailEnd } from '../domain/person.ts'
import type { View } from '../domain/view.ts'
import { limits } from '../limits.ts'
import type { Streams } from '../log/streams.ts'
import { ChannelWorker, type Outcome } from './channel-worker.ts'
import { createClaims } from './claims.ts'
import type { Outbox, QueuedEffect } from './outbox.ts'

interface DispatchOptions {
  bus: Bus
  outbox: Outbox
  view: View
  streams: Streams
  transports: Readonly<Partial<Record<Channel, Transport>>>
  clock: Clock
  logger: Logger
  upTo: () => number | undefined
  onOutcome?: (channel: Channel, outcome: Outcome) => void
}

const dayMs = 86_400_000

export type Dispatch = ReturnType<typeof createDispatch>

/** Sends the messages of the outbox with one worker per channel, so that a slow channel does not delay the others. */
export const createDispatch = (options: DispatchOptions) => {
  const { bus, outbox, streams, transports, clock, onOutcome = () => {} } = options
  const claims = createClaims({ bus, outbox, clock })

  /** Ends the mails to an address that bounced. Owners are notified. */
  const bounced = async ({ channel, receiver: { kind, id } }: QueuedEffect): Promise<void> => {
    if (channel !== 'mail') return
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

  const workers = (Object.entries(transports) as [Channel, Transport][]).map(
    ([channel, transport]) =>
      new ChannelWorker({ ...options, channel, transport, claims, onOutcome, onBadAddress: bounced }),
  )
  const wake = (): void => {
    for (const worker of workers) worker.wake()
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
      for (const worker of workers) worker.start()
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
      const faults = workers.flatMap(({ channel, fault }) => (fault === null ? [] : [`${channel}: ${fault}`]))
      return { ...outbox.status(clock.now().getTime()), fault: faults.join(', ') || null }
    },
    async stop(): Promise<void> {
      await Promise.all(workers.map((worker) => worker.stop()))
    },
  }
}
