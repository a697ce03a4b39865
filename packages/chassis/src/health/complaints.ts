import type { Complaint, HealthDetails, HealthReason, HealthStatus } from '@logbook/contracts/http/health.ts'
import { counted, sizeInWords } from '@logbook/contracts/words.ts'

/** From where on a figure is a complaint. */
export const healthLimits = {
  diskFreeBytesMin: 256 * 1024 * 1024,
  walBytesMax: 1024 * 1024 * 1024,
  /** An answer that is due is given in milliseconds; so old, it is stuck. */
  dueSecondsMax: 300,
  mailWaitingSecondsMax: 3_600,
  /** Two daily backups were missed. */
  backupAgeSecondsMax: 2 * 86_400 + 7_200,
  connectionsQueuedMax: 100,
} as const

type Look = (health: HealthDetails, nowMs: number) => string | false | null | undefined

/** What is wrong, by reason: a sentence, or nothing. The order is that in which somebody should look. */
const looks: readonly (readonly [HealthReason, Look])[] = [
  [
    'not-ready',
    ({ ready }) => !ready && 'It is not ready: the log is not read to its end, or it is closing.',
  ],
  ['damage', ({ damage }) => damage],
  ['keys', ({ keys }) => keys?.fault && `The keys of people can't be had: ${keys.fault}.`],
  [
    'keys',
    ({ keys }) =>
      keys !== undefined &&
      keys.lost > 0 &&
      `The keys of ${counted(keys.lost, 'person is', 'people are')} lost: what the log holds of them can't be read.`,
  ],
  ['disk', ({ disk }) => disk?.fault && `The last write failed: ${disk.fault}.`],
  [
    'disk',
    ({ disk }) =>
      disk !== undefined &&
      disk.freeBytes < healthLimits.diskFreeBytesMin &&
      `${sizeInWords(disk.freeBytes)} are free on the disk.`,
  ],
  [
    'wal',
    ({ disk }) =>
      disk !== undefined &&
      disk.walBytes > healthLimits.walBytesMax &&
      `The write-ahead log has grown to ${sizeInWords(disk.walBytes)}.`,
  ],
  ['following', ({ fault }) => fault && `Following the log stands still: ${fault}`],
  [
    'parked',
    ({ parked = 0 }) =>
      parked > 0 && `${counted(parked, 'event is', 'events are')} parked: they could not be applied.`,
  ],
  [
    'unreadable',
    ({ unreadable = 0 }) =>
      unreadable > 0 && `${counted(unreadable, 'event was', 'events were')} unreadable and passed over.`,
  ],
  [
    'reactions',
    ({ reactions }) =>
      reactions !== undefined &&
      reactions.parked > 0 &&
      `${counted(reactions.parked, 'reaction is', 'reactions are')} parked.`,
  ],
  [
    'reactions',
    ({ reactions }) =>
      (reactions?.oldestSeconds ?? 0) > healthLimits.dueSecondsMax &&
      `The oldest reaction is due for ${Math.round(reactions?.oldestSeconds ?? 0)} s.`,
  ],
  [
    'erasures',
    ({ erasures: { parked = 0, overdue = 0 } = {} }) =>
      parked + overdue > 0 &&
      `${counted(parked + overdue, 'erasure is', 'erasures are')} not confirmed in time.`,
  ],
  ['announcements', ({ announcements }) => announcements?.fault],
  [
    'mail',
    ({ mail }) =>
      mail !== undefined && mail.parked > 0 && `${counted(mail.parked, 'mail is', 'mails are')} parked.`,
  ],
  [
    'mail',
    ({ mail }, nowMs) =>
      mail?.oldest != null &&
      nowMs - Date.parse(mail.oldest) > healthLimits.mailWaitingSecondsMax * 1_000 &&
      `Mail waits since ${mail.oldest}${mail.fault === null ? '' : `: ${mail.fault}`}.`,
  ],
  ['backup', ({ backup }) => backup?.fault && `The last backup failed: ${backup.fault}.`],
  [
    'backup',
    ({ backup }) =>
      (backup?.ageSeconds ?? 0) > healthLimits.backupAgeSecondsMax &&
      `The last verified backup is of ${backup?.at}.`,
  ],
  [
    'backup',
    ({ backup }) =>
      (backup?.ageSeconds ?? 0) < 0 &&
      `The last verified backup says that it is of ${backup?.at}, which is yet to come: its age is not known.`,
  ],
  [
    'scrub',
    ({ scrub }) =>
      (scrub?.ageSeconds ?? 0) < 0 &&
      `The last check of the whole log says that it is of ${scrub?.at}, which is yet to come: its age is not known.`,
  ],
  ['scrub', ({ scrub }) => scrub?.fault && `The last check of the whole log failed: ${scrub.fault}.`],
  [
    'subscriptions',
    ({ subscriptions }) =>
      subscriptions !== undefined &&
      subscriptions.faults + subscriptions.parked > 0 &&
      `${counted(subscriptions.faults, 'subscription stands', 'subscriptions stand')} still, ${counted(subscriptions.parked, 'event is', 'events are')} parked.`,
  ],
  [
    'connections',
    ({ connections }) =>
      connections !== undefined &&
      connections.queued > healthLimits.connectionsQueuedMax &&
      `${counted(connections.queued, 'request waits', 'requests wait')} for a connection.`,
  ],
  [
    'jobs',
    ({ media }) =>
      media !== undefined &&
      media.parked > 0 &&
      `${counted(media.parked, 'media job is', 'media jobs are')} parked after the last attempt.`,
  ],
  ['storage', ({ media }) => media?.storage],
  [
    'storage',
    ({ media: { missing = 0 } = {} }) =>
      missing > 0 &&
      `${counted(missing, 'file that the log names is', 'files that the log names are')} missing.`,
  ],
  ['workers', ({ media }) => media?.workers],
]

/** What is wrong with a service that says this of itself at `nowMs` of the wall clock; empty where nothing is. */
export const complaintsOf = (health: HealthDetails, nowMs: number = Date.now()): Complaint[] =>
  looks.flatMap(([reason, look]) => {
    const detail = look(health, nowMs)
    return detail ? [{ reason, detail }] : []
  })

/** The overall status that follows. */
export const statusOf = (health: HealthDetails, complaints: readonly Complaint[]): HealthStatus =>
  health.ready ? (complaints.length === 0 ? 'ok' : 'degraded') : 'waiting'
