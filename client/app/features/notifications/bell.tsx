import { shownUnread } from '@logbook/contracts/http/shown-unread.ts'
import { useEffect, useState } from 'react'
import { NavLink } from 'react-router'
import { followInbox } from './follow-inbox.ts'

/**
 * The way to a person's notices, with how many are unread: that of the page, then the latest. A style hides the number where there is none, so
 * that a page that is filled in for its reader needs one place for it. `client/reader/bell.ts` renews it on pages without React.
 */
export const Bell = ({ unread }: { unread: string }) => {
  const [shown, show] = useState(unread)
  useEffect(() => followInbox((count) => show(shownUnread(count))), [])
  return (
    <NavLink to="/notifications" end className="bell" data-unread={shown} title="Notices">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5a2.2 2.2 0 0 0 4 0" />
      </svg>
      <span className="unseen">
        Notices
        <span className="bell-words">
          {', '}
          <span className="bell-number">{shown}</span>
          {' unread'}
        </span>
      </span>
      <span className="bell-number bell-badge" aria-hidden="true">
        {shown}
      </span>
    </NavLink>
  )
}
