import { LRUCache } from 'lru-cache'
import { limits } from '../limits.ts'
import type { Projections } from '../projections/all.ts'
import type { AsOf } from '../projections/temporal.ts'
import { printThreadCursor } from '../routes/cursor.ts'
import { pageOfReplies, pageOfThreads, type Sort, type ThreadKey, type ThreadPage } from './page.ts'
import { type Thread, type ThreadNode, threadOf } from './tree.ts'

export interface ThreadRequest {
  postId: string
  sort: Sort
  after: ThreadKey | undefined
  /** The id of a comment that the page must hold, in place of `after`; a hidden one is ignored. */
  wantedId?: string | undefined
  asOf?: AsOf
  /** The reader, a guest or person, whose own comments and votes are marked. */
  viewerId?: string | undefined
  /** True for a moderator, who sees why a comment was not published. */
  moderates?: boolean
}

type Asked = Pick<ThreadRequest, 'asOf' | 'viewerId' | 'moderates'>

/** A page of a thread: comments as JSON, and cursors. */
export interface PrintedThread {
  comments: string[]
  next: string | undefined
}

const bounds = {
  commentsMax: limits.pageCommentsMax,
  repliesEachMax: limits.repliesShownMax,
  hiddenMax: limits.hiddenCommentsMax,
}

/** A comment without its parent, which is missing. */
const orphaned = (text: string): string => JSON.stringify({ ...JSON.parse(text), parentId: null })

const explained = (text: string, reason: string | undefined): string =>
  reason === undefined ? text : JSON.stringify({ ...JSON.parse(text), reason })

const noReasons: ReadonlyMap<string, string> = new Map()

export type Threads = ReturnType<typeof createThreads>

/** Pages of comments, joined from the JSON in the rows. The trees of posts are cached until a comment of the post changes. */
export const createThreads = ({ comments, ownComments, votes, times, portraits }: Projections) => {
  const trees = new LRUCache<string, Thread>({
    maxSize: limits.treeNodesMax,
    sizeCalculation: ({ nodes }) => nodes.length + 1,
  })

  const treeOf = (postId: string, asOf: AsOf): Thread => {
    const known = asOf === undefined ? trees.get(postId) : undefined
    if (known) return known
    const tree = threadOf(comments.outline({ postId, limit: limits.threadCommentsMax, asOf }))
    if (asOf === undefined) trees.set(postId, tree)
    return tree
  }

  /** The member of a comment that says what it is to the reader. */
  const marksFor = (viewerId: string | undefined, nodes: readonly ThreadNode[]) => {
    if (viewerId === undefined) return () => ''
    const ids = nodes.map(({ row }) => row.id)
    const [own, voted] = [ownComments.among(viewerId, ids), votes.among(viewerId, ids)]
    return (id: string): string => {
      const viewer = { own: own.has(id), vote: voted.get(id) ?? null }
      return viewer.own || viewer.vote ? `,"viewer":${JSON.stringify(viewer)}` : ''
    }
  }

  const print = ({ nodes, more, next }: ThreadPage, { asOf, viewerId, moderates }: Asked): PrintedThread => {
    const blog = times.blog() ?? ''
    const marksOf = marksFor(viewerId, nodes)
    const reasons = moderates ? ownComments.reasons(nodes.map(({ row }) => row.id)) : noReasons
    const printNode = (node: ThreadNode): string[] => {
      const row = comments.one(node.row.id, asOf)
      if (row === undefined) return []
      const text = row.public
      const placed = node.row.parentId !== null && node.parent === undefined ? orphaned(text) : text
      const own = explained(placed, reasons.get(node.row.id))
      const place = more.get(node)
      const cursor = place === undefined ? 'null' : `"${printThreadCursor(blog, place)}"`
      const counts = `"replies":${node.replies.length},"below":${node.below}`
      const isSigned = asOf === undefined && node.row.status === 'approved'
      const picture = isSigned ? portraits.of(row.personId) : null
      const portrait = picture === null ? '' : `,"authorPicture":${JSON.stringify(picture)}`
      return [`${own.slice(0, -1)},${counts},"more":${cursor}${portrait}${marksOf(node.row.id)}}`]
    }
    return { comments: nodes.flatMap(printNode), next: next && printThreadCursor(blog, next) }
  }

  return {
    /** Threads of a post, with the numbers of waiting and unpublished comments. */
    threads({ postId, sort, after, wantedId, ...asked }: ThreadRequest) {
      const { asOf } = asked
      const tree = treeOf(postId, asOf)
      const scores = sort === 'best' ? comments.scores(postId, asOf) : new Map<string, number>()
      const scoreOf = (id: string) => scores.get(id) ?? 0
      const wanted = wantedId && tree.nodes.find(({ row, isReadable }) => row.id === wantedId && isReadable)
      const request = {
        sort,
        after,
        wanted: wanted || undefined,
        scoreOf,
        bounds,
        limit: limits.threadsPerPage,
      }
      const page = pageOfThreads(tree, request)
      const count = (status: string) => tree.hidden.filter(({ row }) => row.status === status).length
      return { ...print(page, asked), waiting: count('pending'), unpublished: count('rejected') }
    },
    /** More replies to a comment of a post; undefined if it is not visible. */
    replies(
      { postId, after, ...asked }: Omit<ThreadRequest, 'sort' | 'wantedId'>,
      parentId: string,
    ): PrintedThread | undefined {
      const parent = treeOf(postId, asked.asOf).nodes.find(({ row }) => row.id === parentId)
      if (parent === undefined) return undefined
      // A reader of replies should not have to ask again one level below.
      const wide = { ...bounds, repliesEachMax: bounds.commentsMax }
      const page = pageOfReplies(parent, { after, bounds: wide, limit: limits.threadsPerPage })
      return print(page, asked)
    },
    /** Drops the cached tree of a post. Call it when the post or a comment of it changes. */
    forget: (postId: string): void => void trees.delete(postId),
  }
}
