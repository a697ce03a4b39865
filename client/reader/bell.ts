import { shownUnread } from '@logbook/contracts/http/shown-unread.ts'
import { followInbox } from '../app/features/notifications/follow-inbox.ts'

/** Renews the number of unread notices in the header, where someone is signed in. */
export const keepBell = (): void => {
  const bell = document.querySelector<HTMLElement>('.bell')
  if (bell === null) return
  followInbox((unread) => {
    const shown = shownUnread(unread)
    bell.dataset.unread = shown
    for (const number of bell.querySelectorAll('.bell-number')) number.textContent = shown
  })
}
