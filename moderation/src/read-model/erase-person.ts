import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Reactions } from '@logbook/chassis/follow/reactions.ts'
import type { Judge } from '@logbook/contracts/events/moderation.ts'

/**
 * Erases a person from the tables: deletes their comments and removes their name from their verdicts. Returns true if anything
 * changed.
 */
export const personEraser = (db: Database, reactions: Pick<Reactions<unknown>, 'settled'>) => {
  const owed = db
    .prepare<[string], string>('SELECT owed FROM comment WHERE person_id = ? AND owed IS NOT NULL')
    .pluck()
  // Reasons quote the text.
  const forgetReasons = db.prepare<[string]>(
    "UPDATE verdict SET reason = '' WHERE comment_id IN (SELECT id FROM comment WHERE person_id = ?)",
  )
  const removeComments = db.prepare<[string]>('DELETE FROM comment WHERE person_id = ?')
  const blankJudge = db.prepare<[{ by: string; id: string }]>(
    'UPDATE verdict SET by = @by WHERE person_id = @id AND by <> @by',
  )
  return (personId: string): boolean => {
    for (const due of owed.all(personId)) reactions.settled(due)
    const by = JSON.stringify({ kind: 'person', id: personId, name: null } satisfies Judge)
    forgetReasons.run(personId)
    const comments = removeComments.run(personId).changes
    return blankJudge.run({ by, id: personId }).changes + comments > 0
  }
}
