import { isOpenElsewhere } from '@logbook/chassis/files/put-in-place.ts'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import { LogTaken, lockForWriting } from '@logbook/event-bus/log/writer-lock.ts'
import type { Places } from './places.ts'
import { viewFilesIn } from './views.ts'

const isLogWritten = (log: string): boolean => {
  try {
    lockForWriting(log)()
    return false
  } catch (error) {
    if (error instanceof LogTaken) return true
    throw error
  }
}

/** Throws `Refused` that names each file which a service has open. */
export const refuseRunning = ({ log, subscriptions, accounts, views }: Places): void => {
  const files = [
    subscriptions,
    accounts.file,
    ...viewFilesIn(views).filter((file) => /\.sqlite(-\d+)?$/.test(file)),
  ]
  const open = [...(isLogWritten(log) ? [log] : []), ...files.filter(isOpenElsewhere)]
  if (open.length > 0)
    throw new Refused(
      `Logbook is running: stop it first. These files are open in other processes:\n  ${open.join('\n  ')}`,
    )
}
