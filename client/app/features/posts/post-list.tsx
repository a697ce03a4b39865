import './post-list.css'
import { Moment } from '../page/moment.tsx'
import { PastLink } from '../past/past-link.tsx'
import { Author } from './author.tsx'
import type { PostCard } from './list.server.ts'
import { Tags } from './tags.tsx'
import { counted } from './words.ts'

const Card = ({ post, isSigned }: { post: PostCard; isSigned: boolean }) => (
  <article className="card">
    <p className="dateline">
      <Moment at={post.publishedAt} />
      {isSigned && post.authorName ? <Author name={post.authorName} /> : null}
      <span>{post.readingMinutes} min</span>
      {post.commentCount > 0 ? (
        <PastLink to={`/posts/${encodeURIComponent(post.slug)}#comments`}>
          {counted(post.commentCount, 'comment')}
        </PastLink>
      ) : null}
    </p>
    <h2 dir="auto">
      <PastLink to={`/posts/${encodeURIComponent(post.slug)}`}>{post.title}</PastLink>
    </h2>
    {post.excerpt ? (
      <p className="excerpt" dir="auto">
        {post.excerpt}
      </p>
    ) : null}
    <Tags tags={post.tags} />
  </article>
)

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
      {posts.map((post) => (
        <Card key={post.id} post={post} isSigned={isSigned} />
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
