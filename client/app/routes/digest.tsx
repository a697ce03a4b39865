import { digestPath, digestSections, digestTitle } from '@logbook/contracts/digest.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import { DigestSections } from '../features/digest/sections.tsx'
import { feedLinks } from '../features/page/feeds.ts'
import { leave, reading } from '../features/page/scripts.ts'
import { blogIn } from '../features/page/title.ts'
import { asOfQuery } from '../features/past/as-of.server.ts'
import { PastLink } from '../features/past/past-link.tsx'
import { pageMeta } from '../features/past/past-meta.ts'
import { blogContext } from '../services/blog.server.ts'
import { callOrThrow } from '../services/call.server.ts'
import type { Route } from './+types/digest'

export const handle = reading
export const clientLoader = leave

export const loader = async ({ request, context, params }: Route.LoaderArgs) => {
  const blog = context.get(blogContext)
  const query = await asOfQuery({ request, blog })
  const asking = { blog, request, query, params: { week: params.week } }
  const { body } = await callOrThrow(queryEndpoints, 'GET /digests/:week', asking)
  return { digest: body }
}

export const meta: Route.MetaFunction = ({ loaderData, matches, location }) => {
  const { title } = blogIn(matches)
  if (loaderData === undefined) return []
  const { digest } = loaderData
  const first = digestSections(digest)[0]?.entries.map((entry) => entry.title) ?? []
  return pageMeta(
    { location, matches },
    {
      title: digestTitle(digest),
      description: first.length === 0 ? `A week of ${title}.` : `A week of ${title}: ${first.join(', ')}.`,
      path: digestPath(digest.week),
      feeds: feedLinks({ title: `${title}: the week`, query: { of: 'digest' } }),
    },
  )
}

export default function Digest({ loaderData: { digest } }: Route.ComponentProps) {
  return (
    <>
      <h1 className="page-title">{digestTitle(digest)}</h1>
      {digestSections(digest).length === 0 ? (
        <p className="quiet">Nothing of this week can be shown any more.</p>
      ) : (
        <DigestSections digest={digest} />
      )}
      <p>
        <PastLink to="/digest" className="plain">
          All weeks
        </PastLink>
      </p>
    </>
  )
}
