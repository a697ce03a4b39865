import { type LivePost, postState } from '@logbook/contracts/events/posts.ts'
import { type BlogSettings, blogSettings } from '@logbook/contracts/events/settings.ts'
import { type PublicComment, publicComment } from '@logbook/contracts/http/comments.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import { type MediumAnswer, mediumAnswer } from '@logbook/contracts/http/media.ts'
import { queueEntry } from '@logbook/contracts/http/moderation.ts'
import { postSummary } from '@logbook/contracts/http/query.ts'
import { parseJson } from '@logbook/contracts/json.ts'
import { z } from 'zod'
import { ServiceFailed } from '../http/ask.ts'
import type { ExportedComment } from './comment-file.ts'
import { download } from './download.ts'
import { limits } from './limits.ts'
import { createReader } from './read-pages.ts'

/** Where to ask, each without a closing slash: the services themselves, or their paths behind the gateway. */
export interface SourceUrls {
  posts: string
  comments: string
  moderation: string
  query: string
  /** Without it, media stay in the blog. */
  media?: string | undefined
}

/** The paths of the gateway at which an owner reads all that the export needs. */
export const throughGateway = (url: string): SourceUrls => ({
  posts: `${url}/api/author`,
  comments: `${url}/api`,
  moderation: `${url}/api/moderation`,
  query: `${url}/api`,
  media: `${url}/api`,
})

export interface SourceOptions {
  urls: SourceUrls
  /** The value of `Authorization`: an owner's. */
  authorization: string
  /** Ends the reading, which throws its reason. */
  signal?: AbortSignal
}

/** A post's comments, parents before replies, and how many of them have no text that could be read. */
interface Thread {
  comments: readonly ExportedComment[]
  leftOut: number
}

export interface SourceBlog {
  /** What tells this blog from others: the identity of its log, else its address. */
  identity(): Promise<string>
  /** The place of each public post in the list that readers see, newest first, by id. Posts of one moment have an order there. */
  places(): Promise<ReadonlyMap<string, number>>
  /** Every post and page, drafts too, newest first. */
  posts(): AsyncIterable<LivePost>
  /** What its owners decided about it as a whole. */
  settings(): Promise<BlogSettings>
  /** The comments of a post, of any verdict. */
  thread(post: LivePost): Promise<Thread>
  /** Every picture and file that is ready, newest first. */
  media(): AsyncIterable<MediumAnswer>
  /** Writes the whole of a medium to a new file. False for one that is gone. Throws `ServiceFailed`. */
  writeMedium(medium: MediumAnswer, place: string): Promise<boolean>
}

/** Reads a blog as its owner sees it, page by page, through the interface that everyone has. Throws `ServiceFailed`. */
export const openSource = ({ urls, ...asker }: SourceOptions): SourceBlog => {
  const { ask, pages } = createReader(asker)

  /** The texts that readers are not shown, by comment: what waits, and what was rejected. */
  const withheld = async (): Promise<ReadonlyMap<string, ExportedComment>> => {
    const found = new Map<string, ExportedComment>()
    const { moderation } = urls
    const entries = [
      pages(`${moderation}/judged?status=rejected&limit=${limits.pageItemsMax}`, queueEntry),
      pages(`${moderation}/queue?limit=${limits.pageItemsMax}`, queueEntry),
    ]
    for (const each of entries)
      for await (const { id, parentId, author, content, status, createdAt } of each)
        found.set(id, { id, parentId, author, content, status, createdAt })
    return found
  }
  let known: ReturnType<typeof withheld> | undefined

  return {
    async identity() {
      const answer = await ask(`${urls.posts}/posts?limit=1`)
      if (answer.status === 404) throw new ServiceFailed(`${urls.posts} is no Logbook`)
      return answer.headers.get(headers.logId) ?? new URL(urls.posts).host
    },
    async settings() {
      const url = `${urls.posts}/settings`
      const read = blogSettings.safeParse(parseJson((await ask(url)).text))
      if (!read.success) throw new ServiceFailed(`${url} answered something else than settings`)
      return read.data
    },
    async places() {
      const places = new Map<string, number>()
      for await (const { id } of pages(`${urls.query}/posts?limit=${limits.pageItemsMax}`, postSummary))
        places.set(id, places.size + 1)
      return places
    },
    async *posts() {
      const listed = postState.and(z.object({ version: z.number() }))
      for await (const post of pages(`${urls.posts}/posts?limit=${limits.pageItemsMax}`, listed))
        if (post.status !== 'deleted') yield post
    },
    async thread({ id }) {
      known ??= withheld()
      const listed = pages(
        `${urls.comments}/posts/${id}/comments?limit=${limits.pageItemsMax}`,
        publicComment,
        // The post may have been deleted since it was listed.
        { mayBeGone: true },
      )
      return threadOf(listed, await known)
    },
    async *media() {
      if (urls.media === undefined) return
      yield* pages(`${urls.media}/media?state=finished&limit=${limits.pageItemsMax}`, mediumAnswer)
    },
    async writeMedium({ id, variants }, place) {
      const original = variants.find(({ name }) => name === 'original')
      if (original === undefined) return false
      return download({ url: `${urls.media}/media/${id}/original`, bytes: original.bytes }, place, asker)
    },
  }
}

/** The comments of a list that have a text, or one among those that are withheld. */
const threadOf = async (
  listed: AsyncIterable<PublicComment>,
  hidden: ReadonlyMap<string, ExportedComment>,
): Promise<Thread> => {
  const parents = new Map<string, string | null>()
  const comments: ExportedComment[] = []
  const came = new Set<string>()
  for await (const each of listed) {
    const { id, status, content, author, anonymized, createdAt, parentId: parent } = each
    parents.set(id, parent)
    const shown = status !== 'deleted' && content !== null
    const withText = shown ? { author, content, status, createdAt } : hidden.get(id)
    if (withText === undefined) continue
    came.add(id)
    let parentId = parent
    // An answer to a comment that has no text any more answers what that one answered.
    while (parentId !== null && !came.has(parentId)) parentId = parents.get(parentId) ?? null
    // Moderators are told the author of a withheld comment, who may be hidden.
    comments.push({ ...withText, ...(anonymized ? { author: null } : {}), id, parentId })
  }
  return { comments, leftOut: parents.size - comments.length }
}
