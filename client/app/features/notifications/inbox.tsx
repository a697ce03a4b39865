import './notifications.css'
import { useEffect, useRef } from 'react'
import { Form, Link, useRevalidator } from 'react-router'
import { Outcome } from '../accounts/fields.tsx'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { Moment } from '../page/moment.tsx'
import { useViewer } from '../page/viewer.ts'
import { followInbox } from './follow-inbox.ts'
import type { loadInbox } from './inbox.server.ts'
import { wordsOf } from './words.ts'

type Loaded = Awaited<ReturnType<typeof loadInbox>>

/** Loads the page again whenever the inbox changes: what is heard first is the number that the page has, unless it changed meanwhile. */
const useNews = (unread: number) => {
  const { revalidate } = useRevalidator()
  const known = useRef<number | undefined>(unread)
  useEffect(
    () =>
      followInbox((count) => {
        const isKnown = count === known.current
        known.current = undefined
        if (!isKnown) void revalidate()
      }),
    [revalidate],
  )
}

type Shown = Loaded['notes'][number]

const MuteButton = ({ post, isMuted }: { post: NonNullable<Shown['post']>; isMuted: boolean }) => (
  <Form method="post" preventScrollReset>
    <input type="hidden" name="postId" value={post.id} />
    <button type="submit" name="intent" value={isMuted ? 'unmute' : 'mute'} className="plain">
      {isMuted ? 'Unmute' : 'Mute this thread'}
      <span className="unseen">: {post.title}</span>
    </button>
  </Form>
)

const Note = ({ note, muted }: { note: Shown; muted: Loaded['muted'] }) => {
  const { text, to } = wordsOf(note, useViewer()?.role)
  const { post, comment, file } = note
  const quote = comment?.excerpt ?? file?.reason
  return (
    <li className="note" data-unread={note.isRead ? undefined : true}>
      <Link to={to}>
        {note.isRead ? null : <span className="unseen">New: </span>}
        <bdi>{text}</bdi>
      </Link>{' '}
      <Moment at={note.at} />
      {quote === undefined ? null : (
        <p className="quiet" dir="auto">
          {quote}
        </p>
      )}
      {muted === undefined || post === null || comment === null ? null : (
        <MuteButton post={post} isMuted={muted.includes(post.id)} />
      )}
    </li>
  )
}

/** A person's notifications. Those of a muted thread appear here only. */
export const Inbox = ({
  notes,
  unread,
  more,
  muted,
  answer,
}: Loaded & { answer: FormAnswer | undefined }) => {
  useNews(unread)
  const latest = notes[0]?.position ?? 0
  return (
    <>
      <h1 className="page-title">Notices</h1>
      <Outcome answer={answer} />
      <div className="inbox-ways">
        <Link to="/notifications/preferences" className="plain">
          Mail settings
        </Link>
        {unread === 0 ? null : (
          <Form method="post">
            <input type="hidden" name="upTo" value={latest} />
            <button type="submit" className="plain">
              Mark all as read
            </button>
          </Form>
        )}
      </div>
      {notes.length === 0 ? (
        <p className="quiet">Nothing yet. Replies to your comments appear here.</p>
      ) : (
        <ol className="notes">
          {notes.map((note) => (
            <Note key={`${note.position}-${note.kind}`} note={note} muted={muted} />
          ))}
        </ol>
      )}
      {more === null ? null : (
        <Link to={`/notifications?${new URLSearchParams({ cursor: more })}`} className="plain">
          Earlier
        </Link>
      )}
    </>
  )
}
