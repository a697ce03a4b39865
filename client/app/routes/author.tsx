import { authorSlug } from '@logbook/contracts/tags.ts'
import { data } from 'react-router'
import { feedLinks } from '../features/page/feeds.ts'
import { profileOf } from '../features/page/head.ts'
import { leave, reading } from '../features/page/scripts.ts'
import { blogIn, roomMeta } from '../features/page/title.ts'
import { pageMeta } from '../features/past/past-meta.ts'
import { authorPath } from '../features/posts/author.tsx'
import { loadPosts } from '../features/posts/list.server.ts'
import { Portrait } from '../features/posts/portrait.tsx'
import { PostList } from '../features/posts/post-list.tsx'
import { blogContext } from '../services/blog.server.ts'
import { moved } from '../services/moved.server.ts'
import type { Route } from './+types/author'

export const handle = reading
export const clientLoader = leave

export const loader = async ({ request, context, params }: Route.LoaderArgs) => {
  const { search } = new URL(request.url)
  const slug = authorSlug(params.author)
  if (slug !== params.author) throw moved(`${authorPath(slug)}${search}`)
  const list = await loadPosts({ blog: context.get(blogContext), request, author: slug })
  const [latest] = list.posts
  if (latest === undefined) throw data(null, { status: 404 })
  return { ...list, slug, name: latest.authorName ?? slug, picture: latest.authorPicture }
}

export const meta: Route.MetaFunction = ({ loaderData, matches, location }) => {
  if (loaderData === undefined) return roomMeta(matches, 'There is nothing here')
  const { name, slug } = loaderData
  const { title: blogTitle, publicUrl } = blogIn(matches)
  return [
    ...pageMeta(
      { location, matches },
      {
        title: name,
        type: 'profile',
        description: `What ${name} has written on ${blogTitle}, newest first.`,
        feeds: [
          ...feedLinks({ title: `${blogTitle}: ${name}`, query: { author: slug } }),
          ...feedLinks({ title: blogTitle }),
        ],
      },
    ),
    profileOf({ name, url: new URL(authorPath(slug), publicUrl).href }),
  ]
}

export default function Author({ loaderData: { name, slug, picture, ...list } }: Route.ComponentProps) {
  return (
    <>
      <h1 className="page-title of-person">
        <Portrait name={name} picture={picture} size="large" />
        <span>
          <span className="quiet">Written by</span> <bdi>{name}</bdi>
        </span>
      </h1>
      <PostList {...list} path={authorPath(slug)} isSigned={false} />
    </>
  )
}
