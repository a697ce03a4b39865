import type { UnreadNotices } from '@logbook/contracts/http/notifications.ts'
import { followLive } from '../page/live-stream.ts'

type Hear = (unread: number) => void

const listeners = new Set<Hear>()
let stop: (() => void) | undefined

/** Calls `hear` with the number of unread notices, soon and with each change, until the function it returns is called. A page has one stream. */
export const followInbox = (hear: Hear): (() => void) => {
  listeners.add(hear)
  stop ??= followLive({
    address: () => '/api/notifications/inbox/changes',
    on: {
      inbox({ data }) {
        const { unread } = JSON.parse(data) as UnreadNotices
        for (const each of listeners) each(unread)
      },
    },
  })
  return () => {
    listeners.delete(hear)
    if (listeners.size > 0) return
    stop?.()
    stop = undefined
  }
}
