import { exampleOf } from './recorded.ts'

export const backupTaken = exampleOf('BackupTaken', { takenAt: '2026-03-01T03:30:00.000Z' })

export const backupOverdue = exampleOf('BackupOverdue', {
  day: '2026-03-08',
  lastAt: '2026-03-01T03:30:00.000Z',
  noticedAt: '2026-03-08T04:00:00.000Z',
})

/** One of each type, as they come without overrides. */
export const backupExamples = () => [backupTaken(), backupOverdue(), backupOverdue({ lastAt: null })]
