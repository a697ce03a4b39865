import type { Post } from './post.ts'
import { numberedSlug, slugOf } from './slug.ts'

/** True for the slug that is generated from this title, with or without a number. */
const isMadeBy = (slug: string, title: string): boolean => {
  const made = slugOf(title)
  const ordinal = Number(/-(\d{1,6})$/.exec(slug)?.[1] ?? 1)
  return slug === made || slug === numberedSlug(made, ordinal)
}

/**
 * The slug that a post gets when it is first published: generated from its present title, if its slug was generated from its first
 * title. Undefined if it keeps its slug: it was published before, or its slug was chosen.
 */
export const slugToPublish = (post: Post): string | undefined => {
  if (post.status !== 'draft' || post.publishedAt !== null || post.firstTitle === undefined) return undefined
  if (post.slugsHad.length > 1 || !isMadeBy(post.slug, post.firstTitle)) return undefined
  return isMadeBy(post.slug, post.title) ? undefined : slugOf(post.title)
}
