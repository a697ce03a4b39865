import type { ThreadSort } from '@logbook/contracts/http/query.ts'
import { createdFirst, type Thread, type ThreadNode } from './tree.ts'

export type Sort = ThreadSort

/** The key of a comment in a thread. A page begins after the key of the last comment of the page before. */
export interface ThreadKey {
  sort: Sort
  score: number
  createdMs: number
  firstPosition: number
}

export type ScoreOf = (id: string) => number

/** The key before every reply. */
export const firstPlace: ThreadKey = {
  sort: 'oldest',
  score: 0,
  createdMs: Number.MIN_SAFE_INTEGER,
  firstPosition: 0,
}

const placeOf = ({ row }: ThreadNode, sort: Sort, scoreOf: ScoreOf): ThreadKey => ({
  sort,
  score: sort === 'best' ? scoreOf(row.id) : 0,
  createdMs: row.createdMs,
  firstPosition: row.firstPosition,
})

const compare = (one: ThreadKey, other: ThreadKey): number => {
  const byAge = one.createdMs - other.createdMs || one.firstPosition - other.firstPosition
  if (one.sort === 'newest') return -byAge
  return one.sort === 'best' ? other.score - one.score || byAge : byAge
}

interface Bounds {
  commentsMax: number
  repliesEachMax: number
  hiddenMax: number
}

export interface ThreadPage {
  /** In the order of creation, each after its parent. */
  nodes: readonly ThreadNode[]
  /** The keys after which the replies that are not on the page begin. */
  more: ReadonlyMap<ThreadNode, ThreadKey>
  /** The key after which the next page begins. */
  next: ThreadKey | undefined
}

interface PageRequest {
  sort: Sort
  after: ThreadKey | undefined
  limit: number
  scoreOf: ScoreOf
  bounds: Bounds
  /** A comment that must be on the page, in place of `after`. */
  wanted?: ThreadNode | undefined
}

/** Selects the first replies of each comment, level by level, as long as there is room; those on the path always. */
const withReplies = (
  starts: readonly ThreadNode[],
  { commentsMax, repliesEachMax }: Bounds,
  path: ReadonlySet<ThreadNode>,
) => {
  const shown = new Set(starts)
  const more = new Map<ThreadNode, ThreadKey>()
  for (let level = starts; level.length > 0; ) {
    const next: ThreadNode[] = []
    for (const node of level) {
      const room = Math.max(0, Math.min(repliesEachMax, commentsMax - shown.size))
      const first = node.replies.slice(0, room)
      const wanted = path.has(node) ? node.replies.slice(room).filter((reply) => path.has(reply)) : []
      const taken = [...first, ...wanted]
      for (const reply of taken) shown.add(reply)
      next.push(...taken)
      const last = first.at(-1)
      if (taken.length < node.replies.length)
        more.set(node, last ? placeOf(last, 'oldest', () => 0) : firstPlace)
    }
    level = next
  }
  return { shown, more }
}

/** A comment and all of its parents. */
const pathTo = (node: ThreadNode | undefined): ReadonlySet<ThreadNode> => {
  const path = new Set<ThreadNode>()
  for (let each = node; each; each = each.parent) path.add(each)
  return path
}

const page = (
  all: readonly ThreadNode[],
  request: PageRequest,
  also: readonly ThreadNode[] = [],
): ThreadPage => {
  const { sort, after, limit, scoreOf, bounds, wanted } = request
  const path = pathTo(wanted)
  const place = Math.max(
    0,
    all.findIndex((node) => path.has(node)),
  )
  const waiting =
    after === undefined
      ? all.slice(place - (place % limit))
      : all.filter((node) => compare(placeOf(node, sort, scoreOf), after) > 0)
  const starts = waiting.slice(0, limit)
  const { shown, more } = withReplies(starts, bounds, path)
  for (const node of also) shown.add(node)
  const last = starts.at(-1)
  return {
    nodes: [...shown].sort((one, other) => one.index - other.index),
    more,
    next: last && waiting.length > limit ? placeOf(last, sort, scoreOf) : undefined,
  }
}

/**
 * A page of threads of a post, each with some of its replies: those after a key, or the page that holds `wanted`. The first page also has
 * the latest hidden comments, so that their writers see their status.
 */
export const pageOfThreads = ({ roots, hidden }: Thread, request: PageRequest): ThreadPage => {
  const { sort, after, scoreOf, bounds } = request
  const ordered =
    sort === 'oldest'
      ? roots
      : sort === 'newest'
        ? roots.toReversed()
        : roots.toSorted(
            (one, other) => scoreOf(other.row.id) - scoreOf(one.row.id) || createdFirst(one.row, other.row),
          )
  return page(ordered, request, after === undefined ? hidden.slice(-bounds.hiddenMax) : [])
}

/** More replies to a comment, oldest first. */
export const pageOfReplies = (
  parent: ThreadNode,
  request: Omit<PageRequest, 'sort' | 'scoreOf' | 'wanted'>,
): ThreadPage => page(parent.replies, { ...request, sort: 'oldest', scoreOf: () => 0 })
