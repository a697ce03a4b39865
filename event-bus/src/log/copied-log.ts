import { statSync } from 'node:fs'
import { isCopied } from '@logbook/chassis/files/copied-file.ts'
import { openReadOnly } from '@logbook/chassis/files/sqlite.ts'
import { StartRefused } from '@logbook/chassis/start/start-refused.ts'
import { silentProgress } from '../tool/progress.ts'
import { verifyLog } from '../tool/verify.ts'

const wasCopied = (file: string): boolean => {
  const db = openReadOnly(file)
  try {
    return isCopied(db, file)
  } finally {
    db.close()
  }
}

/**
 * Fully verifies a log that was copied since it was last opened: a copy that was made file by file while the bus wrote may mix pages of
 * different moments, and look sound at its end. Throws `StartRefused` with the reason.
 */
export const refuseUnsoundCopy = async (file: string): Promise<void> => {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (!stat?.isFile() || stat.size === 0) return
  try {
    if (wasCopied(file)) await verifyLog(file, silentProgress)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new StartRefused(
      [
        `${file} is damaged, or was copied while it was written: ${why}`,
        'Copy it with "npm run backup", or while Logbook is stopped, together with its -wal. To bring a backup back:',
        '  npm run restore -- <folder of a backup>',
        'To save what can be read: npm run log -- salvage <file>',
      ].join('\n'),
      { cause: error },
    )
  }
}
