import { bounds } from '@logbook/contracts/bounds.ts'
import { mediaSettings } from '@logbook/contracts/events/media-settings.ts'
import { type LivePost, postState } from '@logbook/contracts/events/posts.ts'
import { type BlogSettings, blogSettings } from '@logbook/contracts/events/settings.ts'
import { type PublicComment, publicComment } from '@logbook/contracts/http/comments.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import { type MediumAnswer, mediumAnswer } from '@logbook/contracts/http/media.ts'
import { judgedEntry, queueEntry, rulesAnswer } from '@logbook/contracts/http/moderation.ts'
import { postHistoryEntry } from '@logbook/contracts/http/post-history.ts'
import { postSummary } from '@logbook/contracts/http/query.ts'
import { type Decided, neverChanged } from '@logbook/importer/logbook/decisions.ts'
import { z } from 'zod'
import { ServiceFailed } from '../http/ask.ts'
import type { ExportedComment } from './comment-file.ts'
import { download } from './download.ts'
import { limits } from './limits.ts'
import { createReader } from './read-pages.ts'

/** Where to ask, each without a closing slash: the services themselves, or their paths behind the gateway. */
export interface SourceUrls {
  posts: string
  /** Where posts tell what happened to one. */
  history: string
  comments: string
  moderation: string
  query: string
  /** Without it, media stay in the blog. */
  media?: string | undefined
}

/** The paths of the gateway at which an owner reads all that the export needs. */
export const throughGateway = (url: string): SourceUrls => ({
  posts: `${url}/api/author`,
  history: `${url}/api`,
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
  /** What people decided for it beside that, where it was ever changed. */
  decided(): Promise<Decided>
  /** The comments of a post, of any verdict. */
  thread(post: LivePost): Promise<Thread>
  /** Every picture and file that is ready, newest first. */
  media(): AsyncIterable<MediumAnswer>
  /** Writes the whole of a medium to a new file. False for one that is gone. Throws `ServiceFailed`. */
  writeMedium(medium: MediumAnswer, place: string): Promise<boolean>
}

type Pages = ReturnType<typeof createReader>['pages']

/** What is told of posts and comments beside their lists. */
const besideLists = ({ urls, pages }: { urls: SourceUrls; pages: Pages }) => ({
  /** What moderators alone are told of comments, by id. */
  async moderated(): Promise<ReadonlyMap<string, Moderated>> {
    const found = new Map<string, Moderated>()
    const { moderation } = urls
    const size = `limit=${limits.pageItemsMax}`
    for await (const { id, author, content, status, reason, ...said } of pages(
      `${moderation}/judged?${size}`,
      judgedEntry,
    )) {
      const { promoted, advertised } = said
      const hidden = status === 'approved' ? {} : { author, content, status, promoted, advertised }
      found.set(id, { reason, ...hidden })
    }
    for await (const { id, author, content, status, reason } of pages(
      `${moderation}/queue?${size}`,
      queueEntry,
    ))
      found.set(id, { ...found.get(id), author, content, status, reason })
    return found
  },
  /** Every slug that a post ever had. */
  async slugsOf({ id }: LivePost): Promise<ReadonlySet<string>> {
    const slugs = new Set<string>()
    const url = `${urls.history}/posts/${id}/history?limit=${limits.pageItemsMax}`
    for await (const { data } of pages(url, postHistoryEntry, { mayBeGone: true })) {
      const said = z.object({ slug: z.string() }).safeParse(data)
      if (said.success) slugs.add(said.data.slug)
    }
    return slugs
  },
})

/** Reads a blog as its owner sees it, page by page, through the interface that everyone has. Throws `ServiceFailed`. */
export const openSource = ({ urls, ...asker }: SourceOptions): SourceBlog => {
  const { ask, one, pages } = createReader(asker)
  const { moderated, slugsOf } = besideLists({ urls, pages })

  let known: ReturnType<typeof moderated> | undefined

  return {
    async identity() {
      const answer = await ask(`${urls.posts}/posts?limit=1`)
      if (answer.status === 404) throw new ServiceFailed(`${urls.posts} is no Logbook`)
      return answer.headers.get(headers.logId) ?? new URL(urls.posts).host
    },
    async settings() {
      return (await one(`${urls.posts}/settings`, blogSettings)).value
    },
    async decided() {
      const { value: known } = await one(`${urls.moderation}/rules`, rulesAnswer)
      const media =
        urls.media === undefined ? undefined : await one(`${urls.media}/media/settings`, mediaSettings)
      return {
        rules: known.version > 0 ? known.rules : undefined,
        media: media?.etag === neverChanged ? undefined : media?.value,
      }
    },
    async places() {
      const places = new Map<string, number>()
      for await (const { id } of pages(`${urls.query}/posts?limit=${limits.pageItemsMax}`, postSummary))
        places.set(id, places.size + 1)
      return places
    },
    async *posts() {
      const listed = postState.and(z.object({ version: z.number() }))
      for await (const post of pages(`${urls.posts}/posts?limit=${limits.pageItemsMax}`, listed)) {
        if (post.status === 'deleted') continue
        // Without a change there is no other address.
        yield post.version > 2 ? withAddressesHad(post, await slugsOf(post)) : post
      }
    },
    async thread({ id }) {
      known ??= moderated()
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

/** A post whose earlier addresses here lead on elsewhere too, as far as there is room. */
const withAddressesHad = (post: LivePost, slugs: ReadonlySet<string>): LivePost => {
  const had = [...slugs].filter((slug) => slug !== post.slug).map((slug) => `/posts/${slug}`)
  const all = [...new Set([...post.formerAddresses, ...had])].slice(0, bounds.formerAddressesMax)
  return { ...post, formerAddresses: all }
}

/** Why a comment has its verdict, and of what readers are not shown the comment itself. */
type Moderated = Pick<ExportedComment, 'reason'> &
  Partial<Pick<ExportedComment, 'author' | 'content' | 'status' | 'promoted' | 'advertised'>>

/** The comments of a list that have a text, or one that moderators are told. */
const threadOf = async (
  listed: AsyncIterable<PublicComment>,
  known: ReadonlyMap<string, Moderated>,
): Promise<Thread> => {
  const parents = new Map<string, string | null>()
  const comments: ExportedComment[] = []
  const came = new Set<string>()
  for await (const each of listed) {
    const { id, parentId: parent, anonymized } = each
    parents.set(id, parent)
    const { reason = null, ...hidden } = known.get(id) ?? {}
    const { status, content, ...rest } = each.content === null ? { ...each, ...hidden } : each
    if (each.status === 'deleted' || status === 'deleted' || content === null) continue
    came.add(id)
    let parentId = parent
    // An answer to a comment that has no text any more answers what that one answered.
    while (parentId !== null && !came.has(parentId)) parentId = parents.get(parentId) ?? null
    // Moderators are told the author of a withheld comment, who may be hidden.
    const author = anonymized ? null : rest.author
    comments.push({ ...rest, content, status, reason, author, parentId })
  }
  return { comments, leftOut: parents.size - comments.length }
}
