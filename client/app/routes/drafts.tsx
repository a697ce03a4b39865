import { Link, useSearchParams } from 'react-router'
import { NextPage } from '../features/page/next-page.tsx'
import { Notice } from '../features/page/notice.tsx'
import { roomMeta } from '../features/page/title.ts'
import { changePost } from '../features/writing/commands.server.ts'
import { loadOwnPosts } from '../features/writing/own-posts.server.ts'
import { OwnPostRow } from '../features/writing/own-posts.tsx'
import { blogContext } from '../services/blog.server.ts'
import { actionOf } from '../services/route.server.ts'
import { viewerWith } from '../services/viewer.server.ts'
import type { Route } from './+types/drafts'

export const loader = ({ request, context }: Route.LoaderArgs) => {
  viewerWith(request, ['author', 'owner'])
  return loadOwnPosts({ blog: context.get(blogContext), request })
}

export const action = actionOf(changePost)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Posts and drafts')

const WriteLink = () => (
  <Link to="/write" className="button">
    Write a post
  </Link>
)

export default function Drafts({ loaderData: { posts, older }, actionData }: Route.ComponentProps) {
  const [search] = useSearchParams()
  if (posts.length === 0)
    return (
      <Notice title="Nothing written yet">
        <p>Your posts are listed here, drafts and published ones.</p>
        <p>
          <WriteLink />
        </p>
      </Notice>
    )
  return (
    <>
      <div className="title-row">
        <h1 className="page-title">Posts and drafts</h1>
        <WriteLink />
      </div>
      <ul className="own-posts">
        {posts.map((post) => (
          <OwnPostRow
            key={post.id}
            post={post}
            isDeletionAsked={search.get('delete') === post.id}
            problem={actionData?.id === post.id ? actionData.problem : undefined}
          />
        ))}
      </ul>
      <NextPage cursor={older} />
    </>
  )
}
