import { Link } from 'react-router'

/** A post's tags. */
export const Tags = ({ tags }: { tags: readonly string[] }) =>
  tags.length === 0 ? null : (
    <ul className="tags" aria-label="Tags">
      {tags.map((tag) => (
        <li key={tag}>
          <Link to={`/tags/${encodeURIComponent(tag)}`}>{tag}</Link>
        </li>
      ))}
    </ul>
  )
