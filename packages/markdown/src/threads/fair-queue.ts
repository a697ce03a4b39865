/** Items of several owners. Owners take turns, so that one with many items does not hold up another with one. */
export interface FairQueue<Item> {
  readonly size: number
  add(owner: object, item: Item): void
  /** The next item of the owner whose turn it is; undefined if there is none. */
  take(): Item | undefined
}

export const createFairQueue = <Item>(): FairQueue<Item> => {
  // A Map keeps the order in which owners were put in.
  const waiting = new Map<object, Item[]>()
  let size = 0
  return {
    get size() {
      return size
    },
    add(owner, item) {
      const items = waiting.get(owner)
      if (items) items.push(item)
      else waiting.set(owner, [item])
      size += 1
    },
    take() {
      const [first] = waiting
      if (first === undefined) return undefined
      const [owner, items] = first
      const item = items.shift()
      waiting.delete(owner)
      if (items.length > 0) waiting.set(owner, items)
      size -= 1
      return item
    },
  }
}
