import type { PostName, PostPage } from '@logbook/contracts/http/query.ts'
import { PastLink } from '../past/past-link.tsx'

export type BesidePost = Pick<PostPage, 'previous' | 'next' | 'related'>

const addressOf = ({ slug }: PostName): string => `/posts/${encodeURIComponent(slug)}`

/** What to read after a post: the ones before and after it, and related ones with the reason. */
export const Beside = ({ previous, next, related }: BesidePost) => {
  if (!(previous || next) && related.length === 0) return null
  return (
    <nav className="beside" aria-label="Other posts">
      {previous ? (
        <PastLink to={addressOf(previous)} rel="prev" className="beside-previous">
          <span className="quiet">← Earlier</span> <bdi>{previous.title}</bdi>
        </PastLink>
      ) : null}
      {next ? (
        <PastLink to={addressOf(next)} rel="next" className="beside-next">
          <span className="quiet">Later →</span> <bdi>{next.title}</bdi>
        </PastLink>
      ) : null}
      {related.length > 0 ? (
        <div className="related">
          <h2 id="related">Related posts</h2>
          <ul aria-labelledby="related">
            {related.map((each) => (
              <li key={each.slug}>
                <PastLink to={addressOf(each)}>
                  <bdi>{each.title}</bdi>
                </PastLink>
                <span className="quiet">
                  <bdi>{each.reason}</bdi>
                </span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </nav>
  )
}
