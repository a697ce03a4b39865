import type { ImportComment } from '@logbook/contracts/http/comments.ts'

/** A comment with the key it answers, as far as its source knows; its parent may be missing, come later or be itself. */
export interface Placed {
  where: string
  item: ImportComment
}

/**
 * Comments so that each stands after the one it answers; otherwise by date, then as they came. One whose parent is not
 * among them answers no one, and so do the comments of a circle; `onLost` hears of each.
 */
export const parentsFirst = (comments: readonly Placed[], onLost: (placed: Placed) => void): Placed[] => {
  const known = new Set(comments.map(({ item }) => item.key))
  const replies = new Map<string | null, Placed[]>()
  const reply = (parentKey: string | null, placed: Placed) => {
    const others = replies.get(parentKey)
    if (others) others.push(placed)
    else replies.set(parentKey, [placed])
  }
  for (const placed of comments) {
    const { parentKey } = placed.item
    if (parentKey === null || known.has(parentKey)) reply(parentKey, placed)
    else {
      onLost(placed)
      reply(null, { ...placed, item: { ...placed.item, parentKey: null } })
    }
  }
  const ordered: Placed[] = []
  const seen = new Set<string>()
  const walk = (tops: readonly Placed[]) => {
    const waiting = [...tops]
    for (const placed of waiting) {
      if (seen.has(placed.item.key)) continue
      seen.add(placed.item.key)
      ordered.push(placed)
      waiting.push(...(replies.get(placed.item.key) ?? []))
    }
  }
  walk(replies.get(null) ?? [])
  for (const placed of comments) {
    if (seen.has(placed.item.key)) continue
    onLost(placed)
    walk([{ ...placed, item: { ...placed.item, parentKey: null } }])
  }
  return ordered
}
