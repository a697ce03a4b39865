import './post-list.css'
import { Link } from 'react-router'
import { Moment } from '../page/moment.tsx'
import type { PostCard } from './list.server.ts'
import { Tags } from './tags.tsx'
import { counted } from './words.ts'

const Card = ({ post }: { post: PostCard }) => (
  <article className="card">
    <p className="dateline">
      <Moment at={post.publishedAt} />
      <span>{post.readingMinutes} min</span>
      {post.commentCount > 0 ? (
        <Link to={`/posts/${encodeURIComponent(post.slug)}#comments`}>
          {counted(post.commentCount, 'comment')}
        </Link>
      ) : null}
    </p>
    <h2>
      <Link to={`/posts/${encodeURIComponent(post.slug)}`}>{post.title}</Link>
    </h2>
    {post.excerpt ? <p className="excerpt">{post.excerpt}</p> : null}
    <Tags tags={post.tags} />
  </article>
)

/** Posts, newest first, with the way to older and newer ones. `path` is the list's own address. */
export const PostList = ({
  posts,
  older,
  isFirst,
  path,
}: {
  posts: readonly PostCard[]
  older: string | null
  isFirst: boolean
  path: string
}) => (
  <>
    <div className="cards">
      {posts.map((post) => (
        <Card key={post.id} post={post} />
      ))}
    </div>
    {isFirst && older === null ? null : (
      <nav className="pager" aria-label="More posts">
        {isFirst ? <span /> : <Link to={path}>← Newest posts</Link>}
        {older === null ? null : (
          <Link to={`${path}?cursor=${encodeURIComponent(older)}`} rel="next">
            Older posts →
          </Link>
        )}
      </nav>
    )}
  </>
)
