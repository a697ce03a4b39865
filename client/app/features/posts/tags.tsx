import { tagSlug } from '@logbook/contracts/tags.ts'
import { PastLink } from '../past/past-link.tsx'

/** A post's tags. */
export const Tags = ({ tags }: { tags: readonly string[] }) =>
  tags.length === 0 ? null : (
    <ul className="tags" aria-label="Tags">
      {tags.map((tag) => (
        <li key={tag}>
          <PastLink to={`/tags/${encodeURIComponent(tagSlug(tag))}`}>
            <bdi>{tag}</bdi>
          </PastLink>
        </li>
      ))}
    </ul>
  )
