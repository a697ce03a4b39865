import '../features/digest/digest.css'
import { digestPath, digestTitle } from '@logbook/contracts/digest.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import type { DigestAnswer } from '@logbook/contracts/http/digest.ts'
import { feedLinks } from '../features/page/feeds.ts'
import { Notice } from '../features/page/notice.tsx'
import { nextParameterOf } from '../features/page/paging.ts'
import { leave, reading } from '../features/page/scripts.ts'
import { blogIn } from '../features/page/title.ts'
import { asOfQuery } from '../features/past/as-of.server.ts'
import { PastLink } from '../features/past/past-link.tsx'
import { pageMeta } from '../features/past/past-meta.ts'
import { blogContext } from '../services/blog.server.ts'
import { callOrThrow } from '../services/call.server.ts'
import type { Route } from './+types/digests'

export const handle = reading
export const clientLoader = leave

export const loader = async ({ request, context }: Route.LoaderArgs) => {
  const blog = context.get(blogContext)
  const cursor = new URL(request.url).searchParams.get('cursor')
  const query = { ...(await asOfQuery({ request, blog })), ...(cursor === null ? {} : { cursor }) }
  const { body, headers } = await callOrThrow(queryEndpoints, 'GET /digests', { blog, request, query })
  return { digests: body, more: nextParameterOf(headers, 'cursor') }
}

export const meta: Route.MetaFunction = ({ matches, location }) => {
  const { title } = blogIn(matches)
  return pageMeta(
    { location, matches },
    {
      title: 'Weekly digest',
      description: `The most discussed posts and the best comments of ${title}, week by week.`,
      feeds: feedLinks({ title: `${title}: the week`, query: { of: 'digest' } }),
    },
  )
}

/** The first of the posts that it is about. */
const firstTitles = ({ mostRead, posts, featured, comments }: DigestAnswer): string => {
  const all = [...mostRead, ...posts, ...[...featured, ...comments].map(({ post }) => post)]
  return [...new Set(all.map(({ title }) => title))].slice(0, 3).join(' · ')
}

export default function Digests({ loaderData: { digests, more } }: Route.ComponentProps) {
  if (digests.length === 0)
    return (
      <Notice title="No digest yet">
        <p>
          Each Monday, the most discussed posts and the best comments of the week are gathered here. A week
          without posts and comments has no digest.
        </p>
        <p>
          <a href="/subscribe" className="button">
            Get it by mail
          </a>
        </p>
      </Notice>
    )
  return (
    <>
      <h1 className="page-title">Weekly digest</h1>
      <p className="quiet">
        Also <a href="/subscribe">by mail</a> and as <a href="/atom.xml?of=digest">a feed</a>.
      </p>
      <ol className="digest-list">
        {digests.map((digest) => (
          <li key={digest.week}>
            <PastLink to={digestPath(digest.week)}>{digestTitle(digest)}</PastLink>
            <br />
            <bdi className="quiet">{firstTitles(digest)}</bdi>
          </li>
        ))}
      </ol>
      {more === null ? null : (
        <PastLink to={`/digest?${new URLSearchParams({ cursor: more })}`} className="plain">
          Earlier weeks
        </PastLink>
      )}
    </>
  )
}
