import './quotes.css'
import { placeOf } from '../comments/place.ts'
import { PastLink } from '../past/past-link.tsx'

/** A comment as it is quoted beside its post. */
export interface Quote {
  id: string
  name: string
  text: string
}

/** What readers said, picked by the writer: below the text, or in the margin where there is room. The place is there for scripts to fill. */
export const Quotes = ({ slug, quotes }: { slug: string; quotes: readonly Quote[] }) => (
  <div id="quotes">
    {quotes.length === 0 ? null : (
      <aside className="quotes" aria-labelledby="quotes-title">
        <div>
          <h2 id="quotes-title">From the comments</h2>
          {quotes.map(({ id, name, text }) => (
            <figure key={id}>
              <blockquote dir="auto">{text}</blockquote>
              <figcaption>
                <PastLink to={`/posts/${encodeURIComponent(slug)}${placeOf(id)}`} rel="nofollow">
                  <bdi>{name}</bdi>
                </PastLink>
              </figcaption>
            </figure>
          ))}
        </div>
      </aside>
    )}
  </div>
)
