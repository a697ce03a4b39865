import '../features/posts/tag-index.css'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import { counted } from '@logbook/contracts/words.ts'
import { Notice } from '../features/page/notice.tsx'
import { leave, reading } from '../features/page/scripts.ts'
import { blogIn } from '../features/page/title.ts'
import { asOfQuery } from '../features/past/as-of.server.ts'
import { useAsOf } from '../features/past/as-of.ts'
import { pageMeta } from '../features/past/past-meta.ts'
import { Author } from '../features/posts/author.tsx'
import { blogContext } from '../services/blog.server.ts'
import { callOrThrow } from '../services/call.server.ts'
import type { Route } from './+types/authors'

export const handle = reading
export const clientLoader = leave

export const loader = async ({ request, context }: Route.LoaderArgs) => {
  const blog = context.get(blogContext)
  const query = await asOfQuery({ request, blog })
  const { body } = await callOrThrow(queryEndpoints, 'GET /authors', { blog, request, query })
  return { authors: body.toSorted((one, other) => one.name.localeCompare(other.name, 'en')) }
}

export const meta: Route.MetaFunction = ({ matches, location }) =>
  pageMeta(
    { location, matches },
    { title: 'Authors', description: `Who writes on ${blogIn(matches).title}.` },
  )

export default function Authors({ loaderData: { authors } }: Route.ComponentProps) {
  const isPast = useAsOf() !== null
  if (authors.length === 0)
    return (
      <Notice title={isPast ? 'There were no authors then' : 'No authors yet'}>
        <p>Everyone who has published a post under their name is listed here.</p>
      </Notice>
    )
  return (
    <>
      <h1 className="page-title">Authors</h1>
      <ul className="tag-index">
        {authors.map(({ name, slug, count }) => (
          <li key={slug}>
            <Author name={name} /> <span className="count">{counted(count, 'post')}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
