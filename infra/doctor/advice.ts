import type { HealthReason } from '@logbook/contracts/http/health.ts'

/** What to do about each reason, in a line; `docs/operating.md` says more. */
const advice: Readonly<Record<HealthReason, string>> = {
  down: 'read its last log lines; npm start starts it again by itself',
  'not-ready': 'wait: it reads the log. If its position stands still, read its log lines',
  following: 'make the event bus answer; it goes on by itself',
  ahead:
    'nothing after a restore: it builds its view again. Else stop all, and find out which log is the right one',
  parked: 'npm run log -- parked has the reasons; mend or upgrade, then npm run log -- retry',
  unreadable: 'find who appended them; after a lost key came back, delete the file of the view and restart',
  reactions: 'npm run log -- parked has the reasons; mend the cause, then npm run log -- retry',
  erasures: 'start the service that has not confirmed; GET /api/accounts/erasures names it',
  announcements: 'make the event bus answer',
  keys: 'put the right secrets/master-key back; lost keys come back with the accounts that have them',
  mail: 'check SMTP_… and what the mail server answers, in the log lines of accounts',
  disk: 'make room on the disk: old backups, logs, other files',
  wal: 'end whatever keeps the file open, such as an sqlite3 shell, or restart the service',
  damage: 'npm run log -- verify, then docs/backup.md: when the log is damaged',
  backup: 'npm run backup -- <folder>, and read what it says',
  scrub: 'npm run log -- verify',
  subscriptions:
    'GET /subscriptions at the event bus names it and its fault; npm run log -- parked what is parked',
  connections: 'the gateway’s /metrics say which service is slow',
  jobs: 'npm run log -- parked has the reasons; mend the cause, then npm run log -- retry media, or delete each',
  storage:
    'make room, mount the disk, or make the bucket of MEDIA_STORAGE answer; npm run media -- check names missing files, to be restored from a backup',
  workers: 'read the log lines of media-worker; exit code 78 is a wrong setting',
}

/** What to do about a reason that a service gave, which may be of another version than this. */
export const adviceOn = (reason: string): string =>
  Object.hasOwn(advice, reason) ? advice[reason as HealthReason] : 'see docs/operating.md'
