import { Problem } from '@logbook/chassis/problem.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { newEvent } from '@logbook/contracts/events/new-event.ts'
import {
  initialPreferences,
  type MailEnd,
  type NotificationPreferences,
  type PushDevice,
} from '@logbook/contracts/events/notifications.ts'

export type PersonEvent = LogbookEvent<
  'NotificationPreferencesChanged' | 'PushDevicesChanged' | 'PersonMailEnded' | 'InboxRead'
>

/** The choices of a person, folded from their stream. */
export interface Person {
  preferences: NotificationPreferences
  linkToken: string | null
  devices: readonly PushDevice[]
  isMailEnded: boolean
  readUpTo: number
}

export const initialPerson: Person = {
  preferences: initialPreferences,
  linkToken: null,
  devices: [],
  isMailEnded: false,
  readUpTo: 0,
}

export const decodePerson = decodeOf([
  'NotificationPreferencesChanged',
  'PushDevicesChanged',
  'PersonMailEnded',
  'InboxRead',
])

export const evolvePerson = (person: Person, event: PersonEvent): Person => {
  switch (event.type) {
    case 'NotificationPreferencesChanged':
      return {
        ...person,
        preferences: event.data.preferences ?? initialPreferences,
        linkToken: event.data.linkToken,
        isMailEnded: false,
      }
    case 'PushDevicesChanged':
      return { ...person, devices: event.data.devices }
    case 'PersonMailEnded':
      return { ...person, isMailEnded: true }
    case 'InboxRead':
      return { ...person, readUpTo: Math.max(person.readUpTo, event.data.upTo) }
    default:
      return event satisfies never
  }
}

/** Decides the events of a command on a person's notifications. Pure. */
export type PersonDecision = (person: Person) => DomainEvent[]

interface At {
  id: string
  at: string
}

type Wanted = { [Name in keyof NotificationPreferences]?: NotificationPreferences[Name] | undefined }

/** Changes preferences; undefined fields stay. Only `mail` resumes mails that had ended. `newToken` is used if the person has none. */
export const decidePreferences =
  (wanted: Wanted, { id, at, newToken }: At & { newToken: string }) =>
  (person: Person): DomainEvent[] => {
    const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
    const preferences: NotificationPreferences = { ...person.preferences, ...given }
    const isSame = JSON.stringify(preferences) === JSON.stringify(person.preferences)
    // Muting a post, for example, does not resume mails: only a choice of mails does.
    const staysEnded = person.isMailEnded && wanted.mail === undefined
    if (isSame && person.isMailEnded === staysEnded && person.linkToken !== null) return []
    return [
      newEvent('NotificationPreferencesChanged', {
        ...{ id, preferences, linkToken: person.linkToken ?? newToken, changedAt: at },
      }),
      ...(staysEnded ? [newEvent('PersonMailEnded', { id, why: 'unsubscribed', endedAt: at })] : []),
    ]
  }

/** Unsubscribes from one kind of mail, or from all, by a link. Throws `forbidden` for a wrong token. */
export const decideUnsubscribe =
  (kind: string, { id, at, isToken }: At & { isToken: (expected: string | null) => boolean }) =>
  (person: Person): DomainEvent[] => {
    if (!isToken(person.linkToken)) throw new Problem('forbidden', { detail: 'This link is not valid.' })
    if (person.isMailEnded) return []
    const mail = person.preferences.mail.filter((each) => each !== kind)
    if (mail.length === person.preferences.mail.length || mail.length === 0)
      return [newEvent('PersonMailEnded', { id, why: 'unsubscribed', endedAt: at })]
    const preferences = { ...person.preferences, mail }
    return [
      newEvent('NotificationPreferencesChanged', {
        ...{ id, preferences, linkToken: person.linkToken, changedAt: at },
      }),
    ]
  }

export const decideMailEnd =
  (why: MailEnd, { id, at }: At) =>
  (person: Person): DomainEvent[] =>
    person.isMailEnded ? [] : [newEvent('PersonMailEnded', { id, why, endedAt: at })]

/** Adds a browser or replaces its keys. Beyond `pushDevicesMax`, the oldest browser is removed. */
export const decideDevice =
  (device: PushDevice, { id, at }: At) =>
  (person: Person): DomainEvent[] => {
    const others = person.devices.filter(({ endpoint }) => endpoint !== device.endpoint)
    const isKnown = JSON.stringify(person.devices.at(-1)) === JSON.stringify(device)
    if (isKnown) return []
    const devices = [...others, device].slice(-bounds.pushDevicesMax)
    return [newEvent('PushDevicesChanged', { id, devices, changedAt: at })]
  }

export const decideDeviceGone =
  (endpoint: string, { id, at }: At) =>
  (person: Person): DomainEvent[] => {
    const devices = person.devices.filter((each) => each.endpoint !== endpoint)
    if (devices.length === person.devices.length) return []
    return [newEvent('PushDevicesChanged', { id, devices, changedAt: at })]
  }

export const decideRead =
  (upTo: number, id: string) =>
  (person: Person): DomainEvent[] =>
    upTo <= person.readUpTo ? [] : [newEvent('InboxRead', { id, upTo })]
