import './post-list.css'
import { counted } from '@logbook/contracts/words.ts'
import { Moment } from '../page/moment.tsx'
import { PastLink } from '../past/past-link.tsx'
import { Author } from './author.tsx'
import { Cover } from './cover.tsx'
import type { PostCard } from './list.server.ts'
import { Tags } from './tags.tsx'

/** Those that are seen at once on most screens. */
const cardsAtOnce = 3

/** Leads to the post as its title does, so it is left out where pages are read aloud or gone through by keyboard. */
const Preview = ({ post, path, index }: { post: PostCard; path: string; index: number }) =>
  post.cover === null ? null : (
    <PastLink to={path} className="card-picture" tabIndex={-1} aria-hidden="true">
      <Cover
        {...{ address: post.cover, alt: post.coverAlt, className: 'card-cover' }}
        {...{ sizes: '(min-width: 37.5rem) 9rem, 5.5rem', plainWidthMax: 320 }}
        ratio={{ width: 4, height: 3 }}
        loads={index < cardsAtOnce ? 'at once' : 'when near'}
      />
    </PastLink>
  )

const Card = ({ post, isSigned, index }: { post: PostCard; isSigned: boolean; index: number }) => {
  const path = `/posts/${encodeURIComponent(post.slug)}`
  return (
    <article className="card">
      <p className="dateline">
        <Moment at={post.publishedAt} />
        {isSigned && post.authorName ? <Author name={post.authorName} picture={post.authorPicture} /> : null}
        <span>{post.readingMinutes} min</span>
        {post.commentCount > 0 ? (
          <PastLink to={`${path}#comments`}>{counted(post.commentCount, 'comment')}</PastLink>
        ) : null}
      </p>
      <h2 dir="auto">
        <PastLink to={path}>{post.title}</PastLink>
      </h2>
      <Preview post={post} path={path} index={index} />
      {post.excerpt ? (
        <p className="excerpt" dir="auto">
          {post.excerpt}
        </p>
      ) : null}
      <Tags tags={post.tags} />
    </article>
  )
}

/** Posts, newest first, with links to older and newer ones. `path` is the list's own address. */
export const PostList = ({
  posts,
  older,
  isFirst,
  isSigned,
  path,
}: {
  posts: readonly PostCard[]
  older: string | null
  isFirst: boolean
  /** Whether each post names its author. */
  isSigned: boolean
  path: string
}) => (
  <>
    <div className="cards">
      {posts.map((post, index) => (
        <Card key={post.id} post={post} isSigned={isSigned} index={index} />
      ))}
    </div>
    {isFirst && older === null ? null : (
      <nav className="pager" aria-label="More posts">
        {isFirst ? <span /> : <PastLink to={path}>← Newest posts</PastLink>}
        {older === null ? null : (
          <PastLink to={`${path}?cursor=${encodeURIComponent(older)}`} rel="next">
            Older posts →
          </PastLink>
        )}
      </nav>
    )}
  </>
)
