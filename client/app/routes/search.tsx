import '../features/search/search.css'
import { Link } from 'react-router'
import { leave, reading } from '../features/page/scripts.ts'
import { blogIn } from '../features/page/title.ts'
import { pageMeta } from '../features/past/past-meta.ts'
import { Hit } from '../features/search/hit.tsx'
import { loadHits, type SearchedKind } from '../features/search/search.server.ts'
import { SearchForm } from '../features/search/search-form.tsx'
import { searchBoxId } from '../features/search/search-key.ts'
import { loaderOf } from '../services/route.server.ts'
import type { Route } from './+types/search'

export const handle = reading
export const clientLoader = leave

export const loader = loaderOf(loadHits)

/** The search itself may be found; what it finds is found at its own address. */
export const meta: Route.MetaFunction = ({ loaderData, matches, location }) =>
  pageMeta(
    { location, matches },
    {
      title: loaderData?.asked ? `Search: ${loaderData.asked}` : 'Search',
      description: `Search the posts and comments of ${blogIn(matches).title}.`,
      path: '/search',
    },
  )

const addressOf = (asked: string, kind: SearchedKind | null): string =>
  `?${new URLSearchParams({ q: asked, ...(kind === null ? {} : { kind }) })}`

const kinds = [
  [null, 'Everything'],
  ['posts', 'Posts'],
  ['comments', 'Comments'],
] as const

const Kinds = ({ asked, kind }: { asked: string; kind: SearchedKind | null }) => (
  <nav className="search-kinds" aria-label="Search in">
    {kinds.map(([each, name]) => (
      <Link key={name} to={addressOf(asked, each)} aria-current={each === kind ? 'true' : undefined}>
        {name}
      </Link>
    ))}
  </nav>
)

/** What else to try where nothing was found. */
const None = ({ asked, kind, isFirst }: { asked: string; kind: SearchedKind | null; isFirst: boolean }) =>
  isFirst ? (
    <>
      <p role="status">Nothing was found for “{asked}”.</p>
      <p className="search-hint">
        A text is found when it has every word. Try fewer words, or the beginning of one with a star, such as
        her*.
      </p>
      <p className="form-row">
        {kind === null ? null : (
          <Link to={addressOf(asked, null)} className="button second">
            Search everything
          </Link>
        )}
        <Link to="/tags" className="button second">
          All tags
        </Link>
        <Link to="/archive" className="button second">
          Archive
        </Link>
      </p>
    </>
  ) : (
    <p role="status">That is all.</p>
  )

export default function Search({ loaderData: { asked, kind, hits, more, isFirst } }: Route.ComponentProps) {
  const query = addressOf(asked, kind)
  return (
    <>
      <h1 className="page-title">Search</h1>
      <SearchForm asked={asked} kind={kind} id={searchBoxId} />
      {asked === '' ? null : <Kinds asked={asked} kind={kind} />}
      {asked === '' ? (
        <p className="search-hint">
          Posts and comments that have every word. “Words in quotes” are found together; her* finds any word
          that starts so.
        </p>
      ) : null}
      {asked !== '' && hits.length === 0 ? <None asked={asked} kind={kind} isFirst={isFirst} /> : null}
      <ol className="hits">
        {hits.map((hit) => (
          <Hit key={hit.id} hit={hit} />
        ))}
      </ol>
      {isFirst && more === null ? null : (
        <nav className="pager" aria-label="More results">
          {isFirst ? <span /> : <Link to={query}>← Best matches</Link>}
          {more === null ? null : (
            <Link to={`${query}&cursor=${encodeURIComponent(more)}`} rel="next">
              More results →
            </Link>
          )}
        </nav>
      )}
    </>
  )
}
