import type { PublicComment } from '@logbook/contracts/http/comments.ts'

/** The fields of a comment that determine its place in a thread. */
export interface OutlineRow {
  id: string
  parentId: string | null
  status: PublicComment['status']
  createdMs: number
  firstPosition: number
}

export interface ThreadNode {
  row: OutlineRow
  /** Its index in the order of creation, after its parent. */
  index: number
  /** Undefined for a comment that begins a thread, also if its parent is missing or below it. */
  parent: ThreadNode | undefined
  /** Its visible replies: readable, or with a readable comment below; oldest first. */
  replies: ThreadNode[]
  isReadable: boolean
  /** The number of approved comments below it, at any depth. */
  below: number
}

/** The comments of a post as a tree, without their texts. */
export interface Thread {
  /** Each after its parent. A deleted comment is included only if one below it is not deleted. */
  nodes: readonly ThreadNode[]
  /** The beginnings of threads with a readable comment; oldest first. */
  roots: readonly ThreadNode[]
  /** Comments that are hidden and have no readable comment below. */
  hidden: readonly ThreadNode[]
}

export const createdFirst = (one: OutlineRow, other: OutlineRow): number =>
  one.createdMs - other.createdMs || one.firstPosition - other.firstPosition

type Known = ReadonlyMap<string, OutlineRow>
const parentIn = (known: Known, row: OutlineRow): OutlineRow | undefined =>
  row.parentId === null ? undefined : known.get(row.parentId)

/** Drops deleted comments without others below. */
const keptOf = (rows: readonly OutlineRow[], known: Known): ReadonlySet<OutlineRow> => {
  const kept = new Set<OutlineRow>()
  for (const row of rows) {
    if (row.status === 'deleted') continue
    for (let each: OutlineRow | undefined = row; each && !kept.has(each); each = parentIn(known, each))
      kept.add(each)
  }
  return kept
}

/** The order of the rows with each comment after its parent. Handles any depth, and cycles of parents. */
const placed = (rows: readonly OutlineRow[]): ThreadNode[] => {
  const known = new Map(rows.map((row) => [row.id, row]))
  const kept = keptOf(rows, known)
  const nodes = new Map<OutlineRow, ThreadNode>()
  for (const row of rows) {
    const chain = new Set<OutlineRow>()
    for (
      let each: OutlineRow | undefined = row;
      each && kept.has(each) && !nodes.has(each) && !chain.has(each);
      each = parentIn(known, each)
    )
      chain.add(each)
    for (const each of [...chain].reverse()) {
      const above = parentIn(known, each)
      const parent = above && nodes.get(above)
      nodes.set(each, { row: each, index: nodes.size, parent, replies: [], isReadable: false, below: 0 })
    }
  }
  return [...nodes.values()]
}

/** Builds the tree of all comments of a post, given in the order of creation. */
export const threadOf = (rows: readonly OutlineRow[]): Thread => {
  const nodes = placed(rows)
  // Replies come after their parents, so that one pass from the end sees them first.
  for (const node of nodes.toReversed()) {
    node.isReadable ||= node.row.status === 'approved'
    if (node.parent && node.isReadable) {
      node.parent.isReadable = true
      node.parent.replies.push(node)
      node.parent.below += node.below + (node.row.status === 'approved' ? 1 : 0)
    }
  }
  const inOrder = (one: ThreadNode, other: ThreadNode) => createdFirst(one.row, other.row)
  for (const { replies } of nodes) replies.sort(inOrder)
  return {
    nodes,
    roots: nodes.filter(({ parent, isReadable }) => parent === undefined && isReadable).sort(inOrder),
    hidden: nodes.filter(({ isReadable }) => !isReadable),
  }
}
