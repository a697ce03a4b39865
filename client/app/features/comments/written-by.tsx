import { bounds } from '@logbook/contracts/bounds.ts'
import { Link, useLocation } from 'react-router'
import { useCommentsFrom, useViewer } from '../page/viewer.ts'
import type { Guest } from './guest.ts'

const emailCharsMax = 254

/** Who writes: a person by their account, a guest by what they say, which this browser keeps. */
export const WrittenBy = ({ typed }: { typed: Guest | undefined }) => {
  const viewer = useViewer()
  if (viewer)
    return (
      <span className="hint">
        As{' '}
        <Link to="/account">
          <bdi>{viewer.name}</bdi>
        </Link>
      </span>
    )
  return (
    <>
      <input
        dir="auto"
        name="name"
        className="name"
        autoComplete="nickname"
        maxLength={bounds.nameCharsMax}
        aria-label="Your name"
        placeholder="Your name (optional)"
        defaultValue={typed?.name}
        data-keep-lasting="logbook:name"
      />
      <input
        name="email"
        className="name"
        type="email"
        autoComplete="email"
        maxLength={emailCharsMax}
        aria-label="Your e-mail, never shown"
        placeholder="E-mail, never shown"
        defaultValue={typed?.email}
        hidden={!typed?.name.trim()}
        data-keep-lasting="logbook:email"
      />
      {/* A script shows it once there is an e-mail and the blog is known to send mail. */}
      <label className="hint replies" hidden>
        <input type="checkbox" name="replies" value="yes" /> Mail me replies
      </label>
    </>
  )
}

/** In place of the form, where the reader can't comment. */
export const CommentsClosed = () => {
  const { pathname } = useLocation()
  if (useCommentsFrom() === 'nobody') return <p className="quiet">This blog takes no new comments.</p>
  return (
    <p className="quiet">
      People with an account may comment here.{' '}
      <Link to={`/sign-in?${new URLSearchParams({ next: pathname })}`}>Sign in</Link> to comment.
    </p>
  )
}

/** True where the reader may write a comment. */
export const useMayComment = (): boolean => {
  const viewer = useViewer()
  const from = useCommentsFrom()
  return from === 'guests' || (from === 'members' && viewer !== null)
}
