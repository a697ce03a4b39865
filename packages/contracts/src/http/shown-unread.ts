const unreadShownMax = 99

/** How a count of unread notices is shown; empty for none. */
export const shownUnread = (unread: number): string => {
  if (unread === 0) return ''
  return unread > unreadShownMax ? `${unreadShownMax}+` : String(unread)
}
