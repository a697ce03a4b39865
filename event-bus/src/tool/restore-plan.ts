import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import { counted } from '@logbook/contracts/words.ts'
import type { End } from '../log/sqlite-rows.ts'
import { endOf, isVacant, openToRead } from './log-file.ts'
import type { Progress } from './progress.ts'
import { verifyLog } from './verify.ts'

/** What the readers of the log do at the next start. */
export const consequences = [
  'A restore begins an epoch of the log. At the next start:',
  '  posts, comments, moderation and query build their views again, beside what answers, and take no commands before that is done',
  '  subscriptions that had read further go back to where the two logs part, and say so: reset in GET /subscriptions/<name>',
  '  accounts publish people, roles and erasures again that the log has lost; erased people stay erased',
  '  followers elsewhere are answered 409 until they begin again',
  '',
].join('\n')

const there = (file: string, end: End): string => {
  if (!existsSync(file)) return 'There is no log yet.'
  try {
    if (isVacant(file)) return 'The log there is empty.'
    const db = openToRead(file)
    try {
      const { position } = endOf(db)
      const lost = position - end.position
      const words = `The log there has ${counted(position, 'event', 'events')}, and is kept beside it (--force)`
      return lost > 0
        ? `${words}: the last ${counted(lost, 'leaves', 'leave')} the blog with it.`
        : `${words}.`
    } finally {
      db.close()
    }
  } catch (error) {
    return `The log there can not be read, and is kept beside it (--force): ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Verifies a backup and describes what restoring it would do. Changes nothing. Throws `Refused`, and `DamagedLog` for a damaged backup. */
export const planOf = async (request: {
  file: string
  from: string
  progress: Progress
}): Promise<{ end: End; text: string }> => {
  const { file, progress } = request
  const from = resolve(request.from)
  if (from === file) throw new Refused('That is the log itself.')
  const end = await verifyLog(from, progress)
  const text = [
    `Backup ${from}, verified: ${counted(end.position, 'event', 'events')}, head ${end.checksum}.`,
    there(file, end),
    consequences,
  ].join('\n')
  return { end, text }
}
