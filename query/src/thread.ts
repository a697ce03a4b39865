import type { CommentRow } from './projections/comments.ts'

/** A comment without the parent that it names: one that does not exist on this post, or that stands below it. */
const orphaned = (row: CommentRow): string => JSON.stringify({ ...JSON.parse(row.public), parentId: null })

/**
 * The comments that a page shows, as JSON: in order of creation, but each after its parent. A deleted one is there only
 * while something that is not deleted stands below it. No depth and no circle of parents is too much for it.
 */
export const threadOf = (rows: readonly CommentRow[]): string[] => {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const parentOf = (row: CommentRow) => (row.parentId === null ? undefined : byId.get(row.parentId))

  const kept = new Set<CommentRow>()
  for (const row of rows) {
    if (row.status === 'deleted') continue
    for (let each: CommentRow | undefined = row; each && !kept.has(each); each = parentOf(each))
      kept.add(each)
  }

  const shown: string[] = []
  const placed = new Set<CommentRow>()
  for (const row of rows) {
    const chain: CommentRow[] = []
    const climbed = new Set<CommentRow>()
    for (
      let each: CommentRow | undefined = row;
      each && kept.has(each) && !placed.has(each) && !climbed.has(each);
      each = parentOf(each)
    ) {
      chain.push(each)
      climbed.add(each)
    }
    for (const each of chain.reverse()) {
      const parent = parentOf(each)
      shown.push(each.parentId === null || (parent && placed.has(parent)) ? each.public : orphaned(each))
      placed.add(each)
    }
  }
  return shown
}
