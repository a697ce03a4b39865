import type { OpenDatabase } from '@logbook/chassis/files/sqlite.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { sqliteLog } from './sqlite-log.ts'
import { openLogFile } from './sqlite-rows.ts'
import { lockForWriting } from './writer-lock.ts'

/** Opens the log in a file as its only writer, and creates a missing file. Throws if another process writes it. */
export const openLog = (file: string, options: Pick<OpenDatabase, 'onUpgrade'> = {}): LogStore => {
  const release = lockForWriting(file)
  try {
    const store = sqliteLog(openLogFile(file, options))
    return {
      ...store,
      close: async () => {
        await store.close()
        release()
      },
    }
  } catch (error) {
    release()
    throw error
  }
}
