import type { PublicComment, VoteValue } from '@logbook/contracts/http/comments.ts'
import { depthShownMax } from './depth.ts'

/** Longer threads are read page by page alone. */
export const allShownMax = 1_000

/** What an address has after `comments=` for all of a thread, in place of where a page of it begins. */
export const allComments = 'all'

/** What becomes of a comment of the reader's own that others may not read yet, or of one written a moment ago. */
interface OwnText {
  text: string
}

/** A comment as the page shows it: its Markdown is HTML by now, null where it may not be shown. */
export interface ThreadComment extends Omit<PublicComment, 'content' | 'postId'> {
  html: string | null
  /** The address of the picture of a person who has chosen one. */
  authorPicture?: string | undefined
  /** The reader's own comment; `source` is its Markdown, to be edited. */
  mine?: boolean
  source?: string
  /** The reader's vote. */
  vote?: VoteValue
  own?: OwnText | undefined
  /** How many replies to it can be read; absent for one that others may not read. */
  replies?: number
  /** Approved comments below it at any depth; absent likewise. */
  below?: number
  /** Where the replies that are not here yet go on. */
  more?: string | null
}

export interface Counts {
  approved: number
  waiting: number
  unpublished: number
}

/** The name of who wrote a comment, for people. */
export const nameOf = ({ author }: Pick<ThreadComment, 'author'>): string => author?.name ?? 'Anonymous'

/** Some comments of a thread, and how many there are in all. */
export interface LoadedThread {
  comments: readonly ThreadComment[]
  /** Where more threads go on; null when all are here. */
  next: string | null
  inAll: Counts
}

/** Comments of the post that are not here. */
export const elsewhereOf = ({ comments, inAll }: LoadedThread): Counts => {
  const leaves = comments.filter(({ replies = 0 }) => replies === 0)
  const count = (some: readonly ThreadComment[], wanted: ThreadComment['status']): number =>
    some.filter(({ status }) => status === wanted).length
  return {
    approved: Math.max(0, inAll.approved - count(comments, 'approved')),
    waiting: Math.max(0, inAll.waiting - count(leaves, 'pending')),
    unpublished: Math.max(0, inAll.unpublished - count(leaves, 'rejected')),
  }
}

export const sorts = ['newest', 'oldest', 'best'] as const
export type Sort = (typeof sorts)[number]
export const isSort = (value: unknown): value is Sort => sorts.some((sort) => sort === value)

export interface Row {
  comment: ThreadComment
  /** Whether there is something to read; if not, the row only holds the place above its replies. */
  isShown: boolean
  /** How many comments stand above it; 0 begins a thread. */
  depth: number
  /** Ids of those above it, from the outermost to its parent; only the nearest that are told apart by indentation. */
  path: readonly string[]
  /** Rows below this one that belong to it. */
  replies: number
  /** Links after this row: comments whose loaded replies end with it, and that have more. */
  cut: readonly Cut[]
}

/** Replies that are not here yet. */
export interface Cut {
  parentId: string
  cursor: string
  /** With those that stand below them. */
  count: number
  path: readonly string[]
  /** How many comments stand above the replies. */
  depth: number
}

export interface Thread {
  /** In the order in which they are read. */
  rows: Row[]
  /** Comments of others that wait for a moderator, and that were not published. */
  waiting: number
  unpublished: number
  approved: number
}

/** Whether a comment's text can be read here. */
export const isReadable = ({ status, html, own }: ThreadComment): boolean =>
  own !== undefined || (status === 'approved' && html !== null)

interface Node {
  comment: ThreadComment
  parent: Node | undefined
  children: Node[]
  shownBelow: number
  /** Approved ones below it that are not here. */
  missingBelow: number
}

const createdFirst = (one: Node, other: Node): number =>
  one.comment.createdAt < other.comment.createdAt
    ? -1
    : one.comment.createdAt > other.comment.createdAt
      ? 1
      : 0

// New comments are last, next to their form.
const isFresh = ({ comment }: Node): number => (comment.own === undefined ? 0 : 1)

const orders: Record<Sort, (one: Node, other: Node) => number> = {
  oldest: createdFirst,
  newest: (one, other) => createdFirst(other, one),
  best: (one, other) => other.comment.score - one.comment.score || createdFirst(one, other),
}

/** A reply whose parent does not precede it starts a thread of its own, so that no list can form a cycle. */
const link = (comments: readonly ThreadComment[]): Node[] => {
  const known = new Map<string, Node>()
  const nodes: Node[] = []
  for (const comment of comments) {
    if (known.has(comment.id)) continue
    const parent = comment.parentId === null ? undefined : known.get(comment.parentId)
    const node: Node = { comment, parent, children: [], shownBelow: 0, missingBelow: 0 }
    parent?.children.push(node)
    known.set(comment.id, node)
    nodes.push(node)
  }
  return nodes
}

/** Has something to read, here or below. */
const isSeen = ({ comment, shownBelow }: Node): boolean =>
  isReadable(comment) || shownBelow > 0 || (comment.replies ?? 0) > 0

/** Counts for every comment what can be read below it; children stand behind their parents, so one walk from the end does. */
const countShown = (nodes: readonly Node[]): void => {
  const approvedBelow = new Map<Node, number>()
  for (const node of nodes.toReversed()) {
    const { comment, parent } = node
    const here = approvedBelow.get(node) ?? 0
    node.missingBelow = Math.max(0, (comment.below ?? here) - here)
    if (parent === undefined) continue
    if (isSeen(node)) parent.shownBelow += node.shownBelow + 1
    const isApproved = comment.status === 'approved' ? 1 : 0
    approvedBelow.set(parent, (approvedBelow.get(parent) ?? 0) + here + isApproved)
  }
}

/** What of a comment's replies is not here yet, without what is missing further down and has a place of its own. */
const cutOf = (
  { comment, children, missingBelow }: Node,
  { path, depth }: Pick<Cut, 'path' | 'depth'>,
): Cut | undefined => {
  const { id, more } = comment
  if (!more) return undefined
  const elsewhere = children.reduce((sum, child) => sum + child.missingBelow, 0)
  return { parentId: id, cursor: more, count: Math.max(1, missingBelow - elsewhere), path, depth }
}

interface Step {
  node: Node
  depth: number
  path: readonly string[]
  /** The second time, behind all that stands below it. */
  isEnd?: boolean
}

const rowsOf = (roots: readonly Node[]): Row[] => {
  const rows: (Row & { cut: Cut[] })[] = []
  const waiting: Step[] = roots.toReversed().map((node) => ({ node, depth: 0, path: [] }))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth, path, isEnd } = next
    const below = [...path, node.comment.id].slice(-depthShownMax)
    if (isEnd) {
      const cut = cutOf(node, { path: below, depth: depth + 1 })
      if (cut) rows.at(-1)?.cut.push(cut)
      continue
    }
    if (!isSeen(node)) continue
    rows.push({
      comment: node.comment,
      isShown: isReadable(node.comment),
      depth,
      path,
      replies: node.shownBelow,
      cut: [],
    })
    waiting.push({ node, depth, path, isEnd: true })
    const children = node.children.toSorted(createdFirst)
    for (const child of children.reverse()) waiting.push({ node: child, depth: depth + 1, path: below })
  }
  return rows
}

/**
 * The thread as rows, built without recursion: a flat list of any depth and any size. Replies are oldest first whatever the
 * order of the threads. What can't be read has a row only while something below it can.
 */
export const buildThread = ({
  comments,
  sort,
}: {
  comments: readonly ThreadComment[]
  sort: Sort
}): Thread => {
  const nodes = link(comments)
  countShown(nodes)
  const hidden = nodes.filter((node) => !isSeen(node))
  const roots = nodes
    .filter(({ parent }) => parent === undefined)
    .sort((one, other) => isFresh(one) - isFresh(other) || orders[sort](one, other))
  const rows = rowsOf(roots)
  return {
    rows,
    waiting: hidden.filter(({ comment }) => comment.status === 'pending').length,
    unpublished: hidden.filter(({ comment }) => comment.status === 'rejected').length,
    approved: nodes.filter(({ comment }) => comment.status === 'approved').length,
  }
}
