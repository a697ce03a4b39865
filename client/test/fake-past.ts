import { invalid } from '@logbook/chassis/problem.ts'
import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import type { LivePost } from './sample-blog.ts'

export interface Present {
  posts: readonly LivePost[]
  comments: readonly PublicComment[]
  position: number
}

/**
 * The blog as `asOf` says, as query has it: what had been published and written up to a time. A position stands for the
 * present. Undefined where the address asks for the present. Throws the refusal where it asks for what can't be.
 */
export const pastOf = (asOf: string | null, { posts, comments, position }: Present): Present | undefined => {
  if (asOf === null) return undefined
  if (/^\d+$/.test(asOf)) {
    if (Number(asOf) <= position) return { posts, comments, position: Number(asOf) }
    throw invalid('asOf', `must not be beyond what this view has read, position ${position}`)
  }
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(asOf))
    throw invalid('asOf', 'must be a log position or an RFC 3339 time')
  const at = Date.parse(asOf)
  if (at > Date.now()) throw invalid('asOf', 'must not be in the future')
  return {
    posts: posts.filter(({ publishedAt }) => publishedAt !== null && Date.parse(publishedAt) <= at),
    comments: comments.filter(({ createdAt }) => Date.parse(createdAt) <= at),
    position: 500,
  }
}
