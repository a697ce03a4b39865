import type { QueueEntry } from '@logbook/contracts/http/moderation.ts'

/** What names the post of a comment, in a query that joins it; null where the post is deleted. */
export interface PostColumns {
  slug: string | null
  title: string | null
}

export const postColumns = 'p.slug, p.title'
/** Joins the post of a comment `c`. */
export const withPost = 'LEFT JOIN post p ON p.id = c.post_id'

export const postOf = ({ slug, title }: PostColumns): QueueEntry['post'] =>
  slug === null || title === null ? null : { slug, title }
