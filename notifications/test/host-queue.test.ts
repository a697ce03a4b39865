import { silentLogger } from '@logbook/chassis/logger.ts'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createHostQueue } from '../src/outbox/host-queue.ts'

interface Item {
  host: string
  name: string
  dueMs: number
}

/** A queue over items in memory, whose wall clock is `nowMs`. `handle` does the work; what it does not throw for is done. */
const start = (
  items: Item[],
  { nowMs, handle = async () => {} }: { nowMs: () => number; handle?: (item: Item) => Promise<void> },
) => {
  const done: string[] = []
  const waiting = new Set(items)
  const queue = createHostQueue<Item>({
    next: (now, busy) => [...waiting].find(({ dueMs, host }) => dueMs <= now && !busy.includes(host)),
    nextMs: () => [...waiting].map(({ dueMs }) => dueMs).toSorted((one, other) => one - other)[0],
    async handle(item) {
      await handle(item)
      waiting.delete(item)
      done.push(item.name)
    },
    ...{ atOnceMax: 2, clock: { now: () => new Date(nowMs()), steady: nowMs }, logger: silentLogger },
    onFault: 'it stopped',
  })
  onTestFinished(queue.stop)
  queue.start()
  return { done, queue }
}

it('a queue does what becomes due between two looks at the clock', async () => {
  // It is due at the second look: a timer that fires a moment early leaves it to the next.
  let looks = 0
  const { done } = start([{ host: 'a', name: 'one', dueMs: 100 }], { nowMs: () => 98 + ++looks })
  await vi.waitFor(() => expect(done).toEqual(['one']))
})

it('a queue does one item of a host at a time, and those of others meanwhile', async () => {
  const release: (() => void)[] = []
  const handle = ({ host }: Item) =>
    host === 'slow' ? new Promise<void>((resolve) => void release.push(resolve)) : Promise.resolve()
  const item = (host: string, name: string) => ({ host, name, dueMs: 0 })
  const items = [item('slow', 's1'), item('slow', 's2'), item('a', 'a1'), item('a', 'a2'), item('b', 'b1')]
  const { done } = start(items, { nowMs: () => 1, handle })
  await vi.waitFor(() => expect(done).toEqual(['a1', 'a2', 'b1']))
  expect(release).toHaveLength(1)
  release[0]?.()
  await vi.waitFor(() => expect(release).toHaveLength(2))
  release[1]?.()
  await vi.waitFor(() => expect(done).toEqual(['a1', 'a2', 'b1', 's1', 's2']))
})

it('a queue does an item again after a fault on this side', async () => {
  let attempts = 0
  const handle = async () => {
    if (++attempts < 3) throw new Error('The disk is full.')
  }
  const { done } = start([{ host: 'a', name: 'one', dueMs: 0 }], { nowMs: () => 1, handle })
  await vi.waitFor(() => expect(done).toEqual(['one']))
})
