import type { Entry } from '@logbook/importer/entry.ts'
import { limits } from '../limits.ts'

interface Waiting {
  entry: Entry
  chars: number
  /** Resolves to the entry as it is to be sent. */
  ready: Promise<Entry>
  isReady: boolean
}

const charsOf = (entry: Entry): number =>
  entry.type === 'post' || entry.type === 'comment' ? entry.item.content.length : 0

/**
 * Entries in their order while some of them wait for their pictures: what comes after such a one waits behind it, within
 * bounds. `forward` gets one at a time.
 */
export const createHeld = (forward: (entry: Entry) => Promise<void>) => {
  const waiting: Waiting[] = []
  let chars = 0
  const forwardFirst = async (first: Waiting): Promise<void> => {
    const entry = await first.ready
    waiting.shift()
    chars -= first.chars
    await forward(entry)
  }
  return {
    /** Rejects with what `ready` of an entry before it rejected with. */
    async push(entry: Entry, ready?: Promise<Entry>): Promise<void> {
      if (ready === undefined && waiting.length === 0) return forward(entry)
      const held = { entry, chars: charsOf(entry), ready: ready ?? Promise.resolve(entry), isReady: false }
      // A rejection is met when it is its turn.
      held.ready.then(
        () => {
          held.isReady = true
        },
        () => {},
      )
      waiting.push(held)
      chars += held.chars
      for (let [first] = waiting; first !== undefined; [first] = waiting) {
        const isFull = waiting.length > limits.heldEntriesMax || chars > limits.heldCharsMax
        if (!first.isReady && !isFull) return
        await forwardFirst(first)
      }
    },
    async end(): Promise<void> {
      for (let [first] = waiting; first !== undefined; [first] = waiting) await forwardFirst(first)
    },
  }
}
