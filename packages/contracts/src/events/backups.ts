import { z } from 'zod'
import { timestamp } from '../text.ts'
import { defineEvent, eventsByType, onStream, streamName } from './define.ts'

export const backupsSubject = streamName('backups')
export const backupOverdueSubject = streamName('backup-overdue-{day}')

export const backupEvents = eventsByType(
  /** The bus has found the note of a verified backup beside its log. */
  defineEvent('BackupTaken', {
    by: ['event-bus'],
    stream: onStream(backupsSubject),
    summary: 'A backup of the whole Logbook was made and verified.',
    data: z.object({ takenAt: timestamp }),
    personal: 'none',
  }),
  /** A reminder, on a stream that must not exist, so that one of several instances gives it. `lastAt` is null where there was no backup yet. */
  defineEvent('BackupOverdue', {
    by: ['notifications'],
    stream: onStream(backupOverdueSubject, 'day'),
    summary: 'The last backup is older than the operator wants.',
    data: z.object({ day: z.iso.date(), lastAt: timestamp.nullable(), noticedAt: timestamp }),
    personal: 'none',
  }),
)
