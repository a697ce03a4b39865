import type { PostName, PostPage } from '@logbook/contracts/http/query.ts'
import { Link } from 'react-router'

export type BesidePost = Pick<PostPage, 'previous' | 'next' | 'related'>

const addressOf = ({ slug }: PostName): string => `/posts/${encodeURIComponent(slug)}`

/** What to read after a post: the ones before and after it, and those of the same tags. */
export const Beside = ({ previous, next, related }: BesidePost) => {
  if (!(previous || next) && related.length === 0) return null
  return (
    <nav className="beside" aria-label="Other posts">
      {previous ? (
        <Link to={addressOf(previous)} rel="prev" className="beside-previous">
          <span className="quiet">← Earlier</span> {previous.title}
        </Link>
      ) : null}
      {next ? (
        <Link to={addressOf(next)} rel="next" className="beside-next">
          <span className="quiet">Later →</span> {next.title}
        </Link>
      ) : null}
      {related.length > 0 ? (
        <div className="related">
          <h2>Related</h2>
          <ul>
            {related.map((each) => (
              <li key={each.slug}>
                <Link to={addressOf(each)}>{each.title}</Link>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </nav>
  )
}
