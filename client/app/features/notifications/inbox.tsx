import './notifications.css'
import { useEffect } from 'react'
import { Form, Link, useRevalidator } from 'react-router'
import { Moment } from '../page/moment.tsx'
import type { loadInbox } from './inbox.server.ts'
import { wordsOf } from './words.ts'

type Loaded = Awaited<ReturnType<typeof loadInbox>>

/** Loads the page again whenever something new is in the inbox. */
const useNews = () => {
  const { revalidate } = useRevalidator()
  useEffect(() => {
    const news = new EventSource('/api/notifications/inbox/changes')
    news.addEventListener('inbox', () => void revalidate())
    return () => news.close()
  }, [revalidate])
}

const Note = ({ note }: { note: Loaded['notes'][number] }) => {
  const { text, to } = wordsOf(note)
  return (
    <li className="note" data-unread={note.isRead ? undefined : true}>
      <Link to={to}>
        {note.isRead ? null : <span className="unseen">New: </span>}
        <bdi>{text}</bdi>
      </Link>{' '}
      <Moment at={note.at} />
      {note.comment === null ? null : (
        <p className="quiet" dir="auto">
          {note.comment.excerpt}
        </p>
      )}
    </li>
  )
}

/** What a person was told. */
export const Inbox = ({ notes, unread, more }: Loaded) => {
  useNews()
  const latest = notes[0]?.position ?? 0
  return (
    <>
      <h1 className="page-title">Notifications</h1>
      <div className="form-row">
        <Link to="/notifications/preferences" className="plain">
          What is mailed, and when
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
        <p className="quiet">Nothing yet. Replies to your comments are told here.</p>
      ) : (
        <ol className="notes">
          {notes.map((note) => (
            <Note key={`${note.position}-${note.kind}`} note={note} />
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
