import { authorSlug } from '@logbook/contracts/tags.ts'
import { PastLink } from '../past/past-link.tsx'
import { Portrait } from './portrait.tsx'

/** The page of an author, by name or by slug. */
export const authorPath = (name: string): string => `/authors/${encodeURIComponent(authorSlug(name))}`

/** The author of a post, with a link to their page, and with their picture or initials where these are known. */
export const Author = ({ name, picture }: { name: string; picture?: string | null }) => (
  <PastLink to={authorPath(name)} rel="author">
    {picture === undefined ? null : <Portrait name={name} picture={picture} />}
    <bdi>{name}</bdi>
  </PastLink>
)
