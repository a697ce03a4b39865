import { bounds } from '@logbook/contracts/bounds.ts'
import { Link, useLocation } from 'react-router'
import { useKeptText } from '../page/kept.ts'
import { useCommentsFrom, useViewer } from '../page/viewer.ts'

/** Who a guest says to be. The e-mail is for whoever runs the blog. */
export interface Guest {
  name: string
  email: string
}

const emailCharsMax = 254

/** What a guest typed about themselves, kept in this browser. */
export const useGuest = (typed: Partial<Guest> | undefined) => {
  const [name, setName] = useKeptText({
    where: 'localStorage',
    key: 'logbook:name',
    initial: typed?.name ?? '',
  })
  const [email, setEmail] = useKeptText({
    where: 'localStorage',
    key: 'logbook:email',
    initial: typed?.email ?? '',
  })
  return { name, email, setName, setEmail }
}

/** Who writes: a person by their account, a guest by what they say. */
export const WrittenBy = ({ name, email, setName, setEmail }: ReturnType<typeof useGuest>) => {
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
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      {name.trim() === '' ? null : (
        <input
          name="email"
          className="name"
          type="email"
          autoComplete="email"
          maxLength={emailCharsMax}
          aria-label="Your e-mail, never shown"
          placeholder="E-mail, never shown"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      )}
    </>
  )
}

/** In place of the form, where whoever looks can't comment. */
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

/** True where whoever looks may write a comment. */
export const useMayComment = (): boolean => {
  const viewer = useViewer()
  const from = useCommentsFrom()
  return from === 'guests' || (from === 'members' && viewer !== null)
}
