import { derivedId } from '@logbook/chassis/ids.ts'
import { describedEvents } from '@logbook/contracts/events/described.ts'
import { newEvent } from '@logbook/contracts/events/new-event.ts'
import { publishers } from '@logbook/contracts/events/publishers.ts'
import { tokenGrants, topicGrants } from '@logbook/contracts/token-grants.ts'
import type { LastRun } from './health/last-runs.ts'
import { busService } from './open.ts'

const source = '/event-bus'

/** `BackupTaken` of the last backup, once for each, also of one that was made while the bus did not run. */
export const backupEvents = ({ at }: LastRun) =>
  at === null
    ? []
    : [{ ...newEvent('BackupTaken', { takenAt: at }), id: derivedId(source, 'backup', at), source }]

/** The log of Logbook: its events, their publishers, and its readers. */
export const service = busService({
  publishers,
  catalogue: describedEvents,
  readers: tokenGrants.readsLog,
  topics: topicGrants,
  backupEvents,
})
