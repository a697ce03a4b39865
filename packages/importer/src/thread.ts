import type { ImportComment } from '@logbook/contracts/http/comments.ts'

/** A comment with the key it answers, as far as its source knows; its parent may be missing, come later or be itself. */
export interface Placed {
  where: string
  item: ImportComment
}

/**
 * Comments as they came, but each after the one it answers. One whose parent is not among them answers no one, and so does
 * one of a circle; `onLost` hears of each.
 */
export const parentsFirst = (comments: readonly Placed[], onLost: (placed: Placed) => void): Placed[] => {
  const byKey = new Map(comments.map((placed) => [placed.item.key, placed]))
  const ordered = new Map<string, Placed>()
  const alone = (placed: Placed): Placed => {
    onLost(placed)
    return { ...placed, item: { ...placed.item, parentKey: null } }
  }
  /** A comment, and those above it that have not come yet, the outermost last. A circle is broken where it is entered. */
  const chainOf = (start: Placed): Placed[] => {
    const chain: Placed[] = []
    const places = new Map<string, number>()
    for (let placed = start; ; ) {
      const { key, parentKey } = placed.item
      places.set(key, chain.length)
      const parent = parentKey === null ? undefined : byKey.get(parentKey)
      if (parentKey !== null && parent === undefined) return [...chain, alone(placed)]
      chain.push(placed)
      if (parent === undefined || ordered.has(parent.item.key)) return chain
      const entered = places.get(parent.item.key)
      if (entered !== undefined) return [...chain.toSpliced(entered, 1), alone(parent)]
      placed = parent
    }
  }
  for (const placed of comments)
    if (!ordered.has(placed.item.key))
      for (const each of chainOf(placed).reverse()) ordered.set(each.item.key, each)
  return [...ordered.values()]
}
