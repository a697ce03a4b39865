import { authorSlug } from '@logbook/contracts/tags.ts'
import { PastLink } from '../past/past-link.tsx'

/** The page of an author, by name or by slug. */
export const authorPath = (name: string): string => `/authors/${encodeURIComponent(authorSlug(name))}`

/** The author of a post, with a link to their page. */
export const Author = ({ name }: { name: string }) => (
  <PastLink to={authorPath(name)} rel="author">
    <bdi>{name}</bdi>
  </PastLink>
)
