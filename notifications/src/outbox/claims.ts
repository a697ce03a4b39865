import type { Clock } from '@logbook/chassis/clock.ts'
import { derivedId } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { claimSubject } from '@logbook/contracts/events/notifications.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { source } from '../log/source.ts'
import type { Outbox } from './outbox.ts'

interface ClaimsOptions {
  bus: Bus
  outbox: Outbox
  clock: Clock
}

export type Claims = ReturnType<typeof createClaims>

/**
 * Claims decide which instance sends the messages about an event: the first that appends a claim, whose stream must not exist. So one
 * instance alone ever sends, also after the outbox was lost.
 */
export const createClaims = ({ bus, outbox, clock }: ClaimsOptions) => {
  const append = async (eventId: string): Promise<boolean> => {
    const subject = claimSubject(eventId)
    try {
      await bus.append([
        {
          id: derivedId(source, 'claim', eventId, outbox.instance),
          ...{ source, subject, type: 'NotificationsClaimed', expectedversion: 'none', causationid: eventId },
          dataversion: currentDataVersion('NotificationsClaimed'),
          data: {
            eventId,
            by: outbox.instance,
            claimedAt: clock.now().toISOString(),
          } satisfies EventData<'NotificationsClaimed'>,
        },
      ])
      return true
    } catch (error) {
      // This instance has claimed it before, at another time.
      if (isProblem(error, 'id-conflict')) return true
      if (isProblem(error, 'version-conflict')) return false
      throw error
    }
  }
  /** The event of the latest message: thousands may be about one. */
  let latest = ''
  const underWay = new Map<string, Promise<boolean>>()

  return {
    /** True if this instance sends for the event. Throws if the log can't be reached. */
    async isMine(eventId: string): Promise<boolean> {
      if (eventId === latest) return true
      const known = outbox.isMine(eventId)
      if (known) latest = eventId
      if (known !== undefined) return known
      const asking = underWay.get(eventId) ?? append(eventId)
      underWay.set(eventId, asking)
      try {
        const isMine = await asking
        if (isMine) outbox.claim(eventId)
        else outbox.settle(eventId, false)
        return isMine
      } finally {
        underWay.delete(eventId)
      }
    },
  }
}
