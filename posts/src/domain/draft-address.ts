import type { Post } from './post.ts'
import { numberedSlug, slugOf } from './slug.ts'

/** True where a title makes the slug, with a number where others had it. */
const isMadeBy = (slug: string, title: string): boolean => {
  const made = slugOf(title)
  const ordinal = Number(/-(\d{1,6})$/.exec(slug)?.[1] ?? 1)
  return slug === made || slug === numberedSlug(made, ordinal)
}

/**
 * The slug that a post should get when it is first published: of its present title, where the one that it has was made by the
 * title that it began with. Undefined where it keeps its own: it was published before, or someone chose its slug.
 */
export const slugToPublish = (post: Post): string | undefined => {
  if (post.status !== 'draft' || post.publishedAt !== null || post.firstTitle === undefined) return undefined
  if (post.slugsHad.length > 1 || !isMadeBy(post.slug, post.firstTitle)) return undefined
  return isMadeBy(post.slug, post.title) ? undefined : slugOf(post.title)
}
