import { Link } from 'react-router'

/** A link to what is older than a list shows, by its cursor; nothing at the end of it. */
export const NextPage = ({
  cursor,
  query = {},
  name = 'cursor',
  children = 'Older →',
}: {
  cursor: string | null
  /** The rest of the address. */
  query?: Readonly<Record<string, string>>
  name?: string
  children?: React.ReactNode
}) =>
  cursor === null ? null : (
    <p>
      <Link to={`?${new URLSearchParams({ ...query, [name]: cursor })}`} rel="next" className="stands">
        {children}
      </Link>
    </p>
  )
