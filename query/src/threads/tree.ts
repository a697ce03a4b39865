import type { PublicComment } from '@logbook/contracts/http/comments.ts'

/** What has to be known of a comment to find its place. */
export interface OutlineRow {
  id: string
  parentId: string | null
  status: PublicComment['status']
  createdMs: number
  firstPosition: number
}

export interface ThreadNode {
  row: OutlineRow
  /** Where it stands in the order of creation, but after its parent. */
  index: number
  /** Undefined for one that begins a thread: also where the parent that it names is not there, or stands below it. */
  parent: ThreadNode | undefined
  /** Its replies that can be read, or that have something below them that can; oldest first. */
  replies: ThreadNode[]
  isReadable: boolean
  /** How many approved comments stand below it, at any depth. */
  below: number
}

/** A post's comments as a tree, without their texts. */
export interface Thread {
  /** Each after its parent. A deleted one is there only while something that is not deleted stands below it. */
  nodes: readonly ThreadNode[]
  /** Those that begin a thread in which there is something to read; oldest first. */
  roots: readonly ThreadNode[]
  /** Those with nothing to read, neither here nor below. */
  hidden: readonly ThreadNode[]
}

export const createdFirst = (one: OutlineRow, other: OutlineRow): number =>
  one.createdMs - other.createdMs || one.firstPosition - other.firstPosition

type Known = ReadonlyMap<string, OutlineRow>
const parentIn = (known: Known, row: OutlineRow): OutlineRow | undefined =>
  row.parentId === null ? undefined : known.get(row.parentId)

/** All but the deleted ones that nothing stands below. */
const keptOf = (rows: readonly OutlineRow[], known: Known): ReadonlySet<OutlineRow> => {
  const kept = new Set<OutlineRow>()
  for (const row of rows) {
    if (row.status === 'deleted') continue
    for (let each: OutlineRow | undefined = row; each && !kept.has(each); each = parentIn(known, each))
      kept.add(each)
  }
  return kept
}

/** In the order of the rows, but each after its parent. No depth and no circle of parents is too much for it. */
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

/** The tree of these comments, which are all of a post in the order of creation. */
export const threadOf = (rows: readonly OutlineRow[]): Thread => {
  const nodes = placed(rows)
  // Replies stand after what they answer, so one walk from the end sees them first.
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
