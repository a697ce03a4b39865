import '../features/posts/tag-index.css'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import { Notice } from '../features/page/notice.tsx'
import { leave, reading } from '../features/page/scripts.ts'
import { blogIn } from '../features/page/title.ts'
import { asOfQuery } from '../features/past/as-of.server.ts'
import { useAsOf } from '../features/past/as-of.ts'
import { PastLink } from '../features/past/past-link.tsx'
import { pageMeta } from '../features/past/past-meta.ts'
import { blogContext } from '../services/blog.server.ts'
import { callOrThrow } from '../services/call.server.ts'
import type { Route } from './+types/tags'

export const handle = reading
export const clientLoader = leave

export const loader = async ({ request, context }: Route.LoaderArgs) => {
  const blog = context.get(blogContext)
  const query = await asOfQuery({ request, blog })
  const { body } = await callOrThrow(queryEndpoints, 'GET /tags', { blog, request, query })
  return { tags: body.toSorted((one, other) => one.tag.localeCompare(other.tag, 'en')) }
}

export const meta: Route.MetaFunction = ({ matches, location }) =>
  pageMeta(
    { location, matches },
    { title: 'Tags', description: `What the posts of ${blogIn(matches).title} are about, by tag.` },
  )

export default function Tags({ loaderData: { tags } }: Route.ComponentProps) {
  const isPast = useAsOf() !== null
  if (tags.length === 0)
    return (
      <Notice title={isPast ? 'There were no tags then' : 'No tags yet'}>
        <p>Give a post tags when you write it, and they are listed here.</p>
        {isPast ? null : (
          <p>
            <PastLink to="/write" className="button">
              Write a post
            </PastLink>
          </p>
        )}
      </Notice>
    )
  return (
    <>
      <h1 className="page-title">Tags</h1>
      <ul className="tag-index">
        {tags.map(({ tag, slug, count }) => (
          <li key={slug}>
            <PastLink to={`/tags/${encodeURIComponent(slug)}`}>
              <bdi>{tag}</bdi>
            </PastLink>{' '}
            <span className="count">{count}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
