import type { SearchHit, TextPart } from '@logbook/contracts/http/search.ts'
import { Link } from 'react-router'
import { placeOf } from '../comments/place.ts'
import { Moment } from '../page/moment.tsx'

const Marked = ({ parts }: { parts: readonly TextPart[] }) =>
  parts.map(({ text, marked }, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places
    marked ? <mark key={index}>{text}</mark> : text,
  )

const addressOf = ({ kind, id, slug }: SearchHit): string =>
  `/posts/${encodeURIComponent(slug)}${kind === 'comment' ? placeOf(id) : ''}`

/** One search hit, with the found words marked. */
export const Hit = ({ hit }: { hit: SearchHit }) => (
  <li className="hit">
    <p className="dateline">
      {hit.kind === 'page' ? <span>Page</span> : <Moment at={hit.at} />}
      {hit.kind === 'comment' ? (
        <span>
          Comment by <bdi>{hit.authorName ?? 'Anonymous'}</bdi>
        </span>
      ) : null}
    </p>
    <h2 dir="auto">
      <Link to={addressOf(hit)}>
        <Marked parts={hit.title} />
      </Link>
    </h2>
    <p className="hit-text" dir="auto">
      <Marked parts={hit.snippet} />
    </p>
  </li>
)
