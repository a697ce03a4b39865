import { setImmediate as afterIo } from 'node:timers/promises'

/** What something adds to the group that it goes with. */
export interface Sized {
  readonly count: number
  readonly bytes: number
}

export interface BatcherOptions<Item extends Sized> {
  /** Sends a group. Must not reject. */
  send: (group: Item[]) => Promise<void>
  /** The largest group. An item is never split, so a single one may exceed it. */
  groupMax: Sized
  /** What may wait beside a first one. */
  waitingMax: Sized
  /** False for an item that can't go with the first of a group. */
  joins?: (item: Item, first: Item) => boolean
}

/** Sends items in groups, in order and one group at a time: what comes while a group is under way goes with the next one. */
export const createBatcher = <Item extends Sized>({
  send,
  groupMax,
  waitingMax,
  joins = () => true,
}: BatcherOptions<Item>) => {
  const waiting: Item[] = []
  let waitingCount = 0
  let waitingBytes = 0
  let running: Promise<void> | undefined

  const takeGroup = (): Item[] => {
    let [size, count, bytes] = [0, 0, 0]
    for (const item of waiting) {
      const fits = count + item.count <= groupMax.count && bytes + item.bytes <= groupMax.bytes
      if (size > 0 && !(fits && joins(item, waiting[0] ?? item))) break
      size += 1
      count += item.count
      bytes += item.bytes
    }
    waitingCount -= count
    waitingBytes -= bytes
    return waiting.splice(0, size)
  }

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      // What is in the sockets already is read before this resumes, and joins the group.
      await afterIo()
      await send(takeGroup())
    }
    running = undefined
  }

  return {
    /** False where too much is waiting. */
    add(item: Item): boolean {
      const isFull =
        waitingCount + item.count > waitingMax.count || waitingBytes + item.bytes > waitingMax.bytes
      if (isFull && waiting.length > 0) return false
      waiting.push(item)
      waitingCount += item.count
      waitingBytes += item.bytes
      running ??= run()
      return true
    },
    /** Resolves once all that waits is sent. */
    idle: async (): Promise<void> => {
      await running
    },
  }
}
