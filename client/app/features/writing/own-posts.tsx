import './writing.css'
import { Form, Link } from 'react-router'
import { exactMoment, Moment, useTimeZone } from '../page/moment.tsx'
import { Failed } from '../page/state.tsx'
import { useViewer } from '../page/viewer.ts'
import type { OwnPost } from './own-posts.server.ts'

const StatusWord = ({ post }: { post: OwnPost }) =>
  post.status === 'published' ? (
    <span data-kind="approved">● {post.kind === 'page' ? 'Page' : 'Published'}</span>
  ) : post.publishAt ? (
    <span data-kind="system">◷ Scheduled</span>
  ) : (
    <span data-kind="pending">○ Draft</span>
  )

/** The time of a post in the list: of what is planned for it, to the minute. */
const When = ({ post: { publishAt, publishedAt, updatedAt } }: { post: OwnPost }) => {
  const timeZone = useTimeZone()
  return publishAt ? (
    <time dateTime={publishAt}>{exactMoment(publishAt, timeZone)}</time>
  ) : (
    <Moment at={publishedAt ?? updatedAt} />
  )
}

const Step = ({
  post,
  intent,
  className = 'plain',
  children,
}: {
  post: OwnPost
  intent: string
  className?: string
  children: React.ReactNode
}) => (
  <Form method="post">
    <input type="hidden" name="id" value={post.id} />
    <input type="hidden" name="version" value={post.version} />
    <button type="submit" name="intent" value={intent} className={className}>
      {children}
    </button>
  </Form>
)

/** Owners alone mail posts. */
const NewsletterLink = ({ post }: { post: OwnPost }) =>
  useViewer()?.role === 'owner' && post.kind !== 'page' ? (
    <Link to={`/newsletter/${post.id}`} className="plain">
      Send as newsletter
    </Link>
  ) : null

const Sure = ({ post }: { post: OwnPost }) => (
  <section className="sure" aria-label={`Delete “${post.title}”`}>
    <span className="push">
      Delete “<bdi>{post.title}</bdi>” permanently? This cannot be undone, and its address stays reserved.
    </span>
    <Step post={post} intent="delete" className="button danger">
      Delete permanently
    </Step>
    <Link to="/drafts" className="plain" preventScrollReset>
      Keep it
    </Link>
  </section>
)

/** One post in its author's list, with what can be done to it. */
export const OwnPostRow = ({
  post,
  isDeletionAsked,
  problem,
}: {
  post: OwnPost
  isDeletionAsked: boolean
  problem: string | undefined
}) => (
  <li className="own-post">
    <div className="own-post-text">
      <p className="dateline">
        <StatusWord post={post} />
        <When post={post} />
      </p>
      <h2>
        <Link to={`/write/${post.id}`}>
          <bdi>{post.title}</bdi>
        </Link>
      </h2>
    </div>
    <div className="own-post-actions">
      {post.status === 'published' ? (
        <>
          <Link to={`/posts/${encodeURIComponent(post.slug)}`} className="plain">
            View
          </Link>
          <Link to={`/readers/${post.id}`} className="plain">
            Readers
          </Link>
          <NewsletterLink post={post} />
        </>
      ) : null}
      {/* One button for both, so that it keeps the focus. */}
      <Step post={post} intent={post.status === 'published' ? 'unpublish' : 'publish'}>
        {post.status === 'published' ? 'Unpublish' : 'Publish'}
      </Step>
      <Link to={`/write/${post.id}/history`} className="plain">
        History
      </Link>
      <Link to={`?delete=${post.id}`} className="plain" preventScrollReset replace>
        Delete…
      </Link>
    </div>
    {isDeletionAsked ? <Sure post={post} /> : null}
    {problem ? <Failed>{problem}</Failed> : null}
  </li>
)
