import { roomFor } from '@logbook/chassis/cache-room.ts'
import type { PostName } from '@logbook/contracts/http/query.ts'
import { readingMinutesOf } from '@logbook/markdown/reading-minutes.ts'
import { LRUCache } from 'lru-cache'
import { limits } from '../limits.ts'
import type { Projections } from '../projections/all.ts'
import type { ListedRow, ListKey, ListRequest, PostRow } from '../projections/post-rows.ts'
import type { AsOf } from '../projections/temporal.ts'
import { createThreads, type ThreadRequest } from '../threads/threads.ts'
import type { PostWithExcerpt } from './excerpts.ts'
import { headOf } from './post-head.ts'

const nameOf = (row: { slug: string; head: string }): PostName => ({
  slug: row.slug,
  title: headOf(row).title,
})

interface Listed {
  asOf: AsOf
  /** True if lists name authors. */
  isSigned: boolean
}

export type Answers = ReturnType<typeof createAnswers>

/** The answers of this service as JSON text, joined from the JSON in the rows without parsing it. */
export const createAnswers = (projections: Projections) => {
  const { posts, comments, picked, ownComments, tags, archive, authors, settings, neighbours, portraits } =
    projections
  const threads = createThreads(projections)
  const minutes = new LRUCache<string, number>(roomFor(limits.readingTimesMax))

  // Computed on reading: the code may change what a reader sees of a text, and the rows stay.
  const minutesOf = ({ id, version, content }: PostRow): number => {
    const key = `${id} ${version}`
    const known = minutes.get(key) ?? readingMinutesOf(content)
    minutes.set(key, known)
    return known
  }

  const startOf = (row: PostRow, asOf: AsOf): string => {
    const count = comments.countApproved(row.id, asOf)
    const picture = JSON.stringify(asOf === undefined ? portraits.of(row.personId) : null)
    return `${row.head},"authorPicture":${picture},"readingMinutes":${minutesOf(row)},"commentCount":${count}`
  }

  const besideOf = (row: PostRow, asOf: AsOf): string => {
    const post = { ...headOf(row), firstPosition: row.firstPosition }
    const [previous = null, next = null] = [neighbours.previous(post, asOf), neighbours.next(post, asOf)].map(
      (each) => each && nameOf(each),
    )
    return JSON.stringify({ previous, next }).slice(1, -1)
  }

  const entryOf = ({ row, excerpt }: PostWithExcerpt, { asOf, isSigned }: Listed): string => {
    const latest = comments.latest({ postId: row.id, limit: limits.latestCommentsMax, asOf })
    return `{${startOf(row, asOf)},"excerpt":${JSON.stringify(excerpt)},"isSigned":${isSigned},"comments":[${latest.join(',')}]}`
  }

  const quotesOf = (postId: string, asOf: AsOf): string =>
    `"quotes":[${picked.quoted(postId, { limit: limits.quotesMax, asOf }).join(',')}]`

  const viewerOf = (postId: string, personId: string | undefined): string => {
    if (personId === undefined) return ''
    const texts = ownComments.of({ personId, postId, limit: limits.ownCommentsMax })
    return `,"viewer":{"comments":[${texts.join(',')}]}`
  }

  return {
    threads,
    /** A `PostPage`, at present or in the past. `related` is an array of `RelatedPost` as JSON. */
    page(row: PostRow, { related, ...request }: Omit<ThreadRequest, 'postId'> & { related: string }): string {
      const { asOf, viewerId } = request
      const { comments, ...rest } = threads.threads({ ...request, postId: row.id })
      const { next = null, waiting, unpublished } = rest
      const thread = JSON.stringify({ next, waiting, unpublished })
      const { excerpt, content } = row
      return `{${startOf(row, asOf)},"excerpt":${JSON.stringify(excerpt)},"content":${JSON.stringify(content)},"comments":[${comments.join(',')}],"thread":${thread},${quotesOf(row.id, asOf)},${besideOf(row, asOf)},"related":${related}${viewerOf(row.id, viewerId)}}`
    },
    /** The posts of a page of a list, and one more if another page follows. */
    listed: (request: ListRequest): ListedRow[] => posts.list({ ...request, limit: request.limit + 1 }),
    /** An array of `PostSummary`, and the key of the last one if another page follows. */
    list(
      request: ListRequest,
      posts: readonly PostWithExcerpt[],
    ): { json: string; next: ListKey | undefined } {
      const shown = posts.slice(0, request.limit)
      const last = posts.length > request.limit ? shown.at(-1)?.row : undefined
      const listed = { asOf: request.asOf, isSigned: authors.areSeveral(request.asOf) }
      return {
        json: `[${shown.map((post) => entryOf(post, listed)).join(',')}]`,
        next: last && { publishedMs: last.publishedMs, firstPosition: last.firstPosition },
      }
    },
    /** An array of `FeaturedComment`. */
    featured(request: Parameters<typeof picked.featured>[0]): string {
      const entries = picked
        .featured(request)
        .map((row) => `${row.public.slice(0, -1)},"post":${JSON.stringify(nameOf(row))}}`)
      return `[${entries.join(',')}]`
    },
    /** An array of `TagCount`. */
    tags: (asOf?: AsOf): string => JSON.stringify(tags.counts(asOf)),
    /** An array of `AuthorCount`. */
    authors: (asOf?: AsOf): string => JSON.stringify(authors.counts(asOf)),
    /** An `Archive`. */
    archive: (asOf?: AsOf): string =>
      JSON.stringify({ months: archive.months(settings.timeZone(), asOf), tags: tags.counts(asOf) }),
  }
}
