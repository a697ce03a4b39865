import type { PostName } from '@logbook/contracts/http/query.ts'
import { excerptOf, readingMinutesOf } from '@logbook/markdown/excerpt.ts'
import { LRUCache } from 'lru-cache'
import { limits } from './limits.ts'
import { headOf } from './post-head.ts'
import type { Projections } from './projections/all.ts'
import type { AsOf } from './projections/at-any-time.ts'
import type { ListRequest, PostRow } from './projections/posts.ts'
import { createThreads, type ThreadRequest } from './threads.ts'

interface Digest {
  excerpt: string
  minutes: number
}

const nameOf = (row: { slug: string; head: string }): PostName => ({
  slug: row.slug,
  title: headOf(row).title,
})

export type Answers = ReturnType<typeof createAnswers>

/** The answers of this service as JSON text, joined from what the rows hold: nothing is parsed and printed again. */
export const createAnswers = (projections: Projections) => {
  const { posts, comments, ownTexts, tags, archive, neighbours } = projections
  const threads = createThreads(projections)
  const digests = new LRUCache<string, Digest>({ max: limits.digestsMax })

  // Taken when it is read: what a reader sees of a text may change with the code, the rows do not.
  const digestOf = ({ id, version, excerpt, content }: PostRow): Digest => {
    const key = `${id} ${version}`
    const known = digests.get(key)
    if (known) return known
    const digest = {
      excerpt: JSON.stringify(excerpt ?? excerptOf(content, { charsMax: limits.excerptCharsMax })),
      minutes: readingMinutesOf(content),
    }
    digests.set(key, digest)
    return digest
  }

  const startOf = (row: PostRow, asOf: AsOf): string => {
    const count = comments.countApproved(row.id, asOf)
    return `${row.head},"readingMinutes":${digestOf(row).minutes},"commentCount":${count}`
  }

  const besideOf = (row: PostRow, asOf: AsOf): string => {
    const post = headOf(row)
    const [previous = null, next = null] = [neighbours.previous(post, asOf), neighbours.next(post, asOf)].map(
      (each) => each && nameOf(each),
    )
    const related = neighbours.related(post, { limit: limits.relatedMax, asOf }).map(nameOf)
    return JSON.stringify({ previous, next, related }).slice(1, -1)
  }

  const entryOf = (row: PostRow, asOf: AsOf): string => {
    const latest = comments.latest({ postId: row.id, limit: limits.latestCommentsMax, asOf })
    return `{${startOf(row, asOf)},"excerpt":${digestOf(row).excerpt},"comments":[${latest.join(',')}]}`
  }

  const viewerOf = (postId: string, personId: string | undefined): string => {
    if (personId === undefined) return ''
    const texts = ownTexts.of({ personId, postId, limit: limits.ownTextsMax })
    return `,"viewer":{"comments":[${texts.join(',')}]}`
  }

  return {
    threads,
    /** A `PostPage`, with the comments as they are or were. */
    page(row: PostRow, request: Omit<ThreadRequest, 'postId'>): string {
      const { asOf, viewerId } = request
      const { comments, ...rest } = threads.threads({ ...request, postId: row.id })
      const { next = null, waiting, unpublished } = rest
      const thread = JSON.stringify({ next, waiting, unpublished })
      const { excerpt, content } = row
      return `{${startOf(row, asOf)},"excerpt":${JSON.stringify(excerpt)},"content":${JSON.stringify(content)},"comments":[${comments.join(',')}],"thread":${thread},${besideOf(row, asOf)}${viewerOf(row.id, viewerId)}}`
    },
    /** An array of `PostSummary`, and the last of them if there are more. */
    list(request: ListRequest): { json: string; next: { publishedMs: number; id: string } | undefined } {
      const rows = posts.list({ ...request, limit: request.limit + 1 })
      const shown = rows.slice(0, request.limit)
      const last = rows.length > request.limit ? shown.at(-1) : undefined
      return {
        json: `[${shown.map((row) => entryOf(row, request.asOf)).join(',')}]`,
        next: last && { publishedMs: last.publishedMs, id: last.id },
      }
    },
    /** An array of `TagCount`. */
    tags: (asOf?: AsOf): string => JSON.stringify(tags.counts(asOf)),
    /** An `Archive`. */
    archive: (asOf?: AsOf): string =>
      JSON.stringify({ months: archive.months(asOf), tags: tags.counts(asOf) }),
  }
}
