import { Problem } from '@logbook/chassis/problem.ts'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import type { EventData, LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { newEvent } from '@logbook/contracts/events/new-event.ts'
import type { MailEnd } from '@logbook/contracts/events/notifications.ts'

export type SubscriptionEvent = LogbookEvent<
  'MailSubscriptionRequested' | 'MailSubscriptionConfirmed' | 'MailSubscriptionEnded'
>

export type MailSubscription =
  | { kind: 'none' }
  | { kind: 'waiting' | 'confirmed'; linkToken: string | null; requestedAt: string }
  | { kind: 'ended'; linkToken: string | null; requestedAt: string }

export const initialSubscription: MailSubscription = { kind: 'none' }

export const decodeSubscription = decodeOf([
  'MailSubscriptionRequested',
  'MailSubscriptionConfirmed',
  'MailSubscriptionEnded',
])

export const evolveSubscription = (before: MailSubscription, event: SubscriptionEvent): MailSubscription => {
  if (event.type === 'MailSubscriptionRequested') {
    const { linkToken, requestedAt } = event.data
    return { kind: 'waiting', linkToken, requestedAt }
  }
  if (before.kind === 'none') return before
  return { ...before, kind: event.type === 'MailSubscriptionConfirmed' ? 'confirmed' : 'ended' }
}

export const requestSubscription = (data: EventData<'MailSubscriptionRequested'>): DomainEvent[] => [
  newEvent('MailSubscriptionRequested', data),
]

interface LinkUse {
  id: string
  at: string
  isToken: (expected: string | null) => boolean
}

const refuseOthers = (state: MailSubscription, { isToken }: Pick<LinkUse, 'isToken'>): void => {
  if (state.kind === 'none' || !isToken(state.linkToken))
    throw new Problem('forbidden', { detail: 'This link is not valid.' })
}

/** Confirms a subscription. Throws `forbidden` for a wrong token, and `gone` if it has ended or was requested too long ago. */
export const decideConfirm =
  ({ id, at, isToken, msMax }: LinkUse & { msMax: number }) =>
  (state: MailSubscription): DomainEvent[] => {
    refuseOthers(state, { isToken })
    if (state.kind === 'none' || state.kind === 'confirmed') return []
    if (state.kind === 'ended' || Date.parse(at) - Date.parse(state.requestedAt) > msMax)
      throw new Problem('gone', { detail: 'This link has expired. Subscribe again.' })
    return [newEvent('MailSubscriptionConfirmed', { id, confirmedAt: at })]
  }

/** Ends a subscription. Idempotent. Throws `forbidden` for a wrong token. */
export const decideEnd =
  (why: MailEnd, { id, at, isToken }: LinkUse) =>
  (state: MailSubscription): DomainEvent[] => {
    refuseOthers(state, { isToken })
    return state.kind === 'ended' ? [] : [newEvent('MailSubscriptionEnded', { id, why, endedAt: at })]
  }
