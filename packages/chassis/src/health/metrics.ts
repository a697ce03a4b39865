import { type HealthDetails, healthReasons } from '@logbook/contracts/http/health.ts'
import { Gauge, type Registry } from 'prom-client'
import { complaintsOf } from './complaints.ts'

/** By a label of its own, or the one value there is. Undefined where the service has no such thing. */
type Read = (health: HealthDetails) => number | undefined

const yes = (fault: string | null | undefined): number | undefined =>
  fault === undefined ? undefined : fault === null ? 0 : 1

const gauges: Readonly<Record<string, { help: string; read: Read }>> = {
  logbook_ready: { help: '1 while the service can do its work.', read: ({ ready }) => (ready ? 1 : 0) },
  logbook_position: {
    help: 'The last position of the log that was read; of the log itself, its last.',
    read: ({ position }) => position,
  },
  logbook_follower_fault: { help: '1 while following stands still.', read: ({ fault }) => yes(fault) },
  logbook_events_parked: { help: 'Events that could not be applied.', read: ({ parked }) => parked },
  logbook_events_unreadable: {
    help: 'Events of known types that were passed over, for their data has another shape.',
    read: ({ unreadable }) => unreadable,
  },
  logbook_applied_events: {
    help: 'Events applied since the start.',
    read: ({ applied }) => applied?.events,
  },
  logbook_apply_seconds: {
    help: 'Seconds spent applying events since the start.',
    read: ({ applied }) => applied?.seconds,
  },
  logbook_reactions_due: { help: 'Answers that are due.', read: ({ reactions }) => reactions?.due },
  logbook_reactions_parked: { help: 'Answers given up.', read: ({ reactions }) => reactions?.parked },
  logbook_reactions_oldest_seconds: {
    help: 'Age of the oldest answer that is due, since this process knows of it; 0 if there is none.',
    read: ({ reactions }) => reactions && (reactions.oldestSeconds ?? 0),
  },
  logbook_erasures_due: { help: 'Erasures that are not confirmed.', read: ({ erasures }) => erasures?.due },
  logbook_erasures_parked: { help: 'Erasures given up.', read: ({ erasures }) => erasures?.parked },
  logbook_erasures_overdue: {
    help: 'Erasures that some service has not confirmed in time.',
    read: ({ erasures }) => erasures?.overdue,
  },
  logbook_keys_fault: {
    help: '1 while the keys of people can’t be had.',
    read: ({ keys }) => keys && yes(keys.fault),
  },
  logbook_keys_lost: { help: 'People whose keys are lost.', read: ({ keys }) => keys?.lost },
  logbook_mail_connected: {
    help: '1 where a mail server is set, 0 where mails go to a folder.',
    read: ({ mail }) => (mail?.connected === undefined ? undefined : mail.connected ? 1 : 0),
  },
  logbook_mails_waiting: { help: 'Mails to be sent.', read: ({ mail }) => mail?.waiting },
  logbook_mails_parked: { help: 'Mails given up until the next start.', read: ({ mail }) => mail?.parked },
  logbook_disk_free_bytes: { help: 'Free on the disk of its file.', read: ({ disk }) => disk?.freeBytes },
  logbook_wal_bytes: { help: 'Size of the write-ahead log.', read: ({ disk }) => disk?.walBytes },
  logbook_write_fault: { help: '1 while the last write failed.', read: ({ disk }) => yes(disk?.fault) },
  logbook_damaged: { help: '1 where the log is known to be damaged.', read: ({ damage }) => yes(damage) },
  logbook_backup_age_seconds: {
    help: 'Age of the last verified backup.',
    read: ({ backup }) => backup?.ageSeconds ?? undefined,
  },
  logbook_backup_fault: { help: '1 where the last backup failed.', read: ({ backup }) => yes(backup?.fault) },
  logbook_scrub_age_seconds: {
    help: 'Age of the last check of the whole log.',
    read: ({ scrub }) => scrub?.ageSeconds ?? undefined,
  },
  logbook_scrub_fault: { help: '1 where that check failed.', read: ({ scrub }) => yes(scrub?.fault) },
  logbook_subscriptions_faults: {
    help: 'Durable subscriptions that stand still for a fault.',
    read: ({ subscriptions }) => subscriptions?.faults,
  },
  logbook_connections_queued: {
    help: 'Requests that wait for a connection to a service.',
    read: ({ connections }) => connections?.queued,
  },
  logbook_media_jobs_parked: {
    help: 'Media jobs that failed with their last attempt by a fault of this service.',
    read: ({ media }) => media?.parked,
  },
  logbook_media_jobs_failed_outside: {
    help: 'Media jobs that failed for a reason outside, such as a host that can’t be reached. People may retry them.',
    read: ({ media }) => media?.outside,
  },
  logbook_media_storage_fault: {
    help: '1 while media can’t be stored.',
    read: ({ media }) => yes(media?.storage),
  },
  logbook_media_files_missing: {
    help: 'Files that the log names and the storage of media did not have at the last look.',
    read: ({ media }) => media?.missing,
  },
  logbook_media_workers_fault: {
    help: '1 while no worker of media can be started.',
    read: ({ media }) => yes(media?.workers),
  },
}

/** Asked once for each scrape, however many gauges are made of it. */
const remembered = <Value>(read: () => Value): (() => Value) => {
  let kept: { value: Value } | undefined
  return () => {
    if (kept === undefined) {
      kept = { value: read() }
      setImmediate(() => {
        kept = undefined
      })
    }
    return kept.value
  }
}

/** Puts all that a service says of its health into its metrics, with its name as a label. */
export const observeHealth = (
  registry: Registry,
  { service, health }: { service: string; health: () => HealthDetails },
): void => {
  const read = remembered(() => {
    const details = health()
    return { details, complaints: complaintsOf(details) }
  })
  const registers = [registry]
  for (const [name, { help, read: valueFrom }] of Object.entries(gauges))
    new Gauge({
      ...{ name, help, registers, labelNames: ['service'] },
      collect() {
        this.reset()
        const value = valueFrom(read().details)
        if (value !== undefined) this.set({ service }, value)
      },
    })
  new Gauge({
    name: 'logbook_complaints',
    help: 'What /health complains about, by reason; docs/operating.md says what to do.',
    labelNames: ['service', 'reason'],
    registers,
    collect() {
      const { complaints } = read()
      for (const reason of healthReasons)
        this.set({ service, reason }, complaints.filter((each) => each.reason === reason).length)
    },
  })
}
