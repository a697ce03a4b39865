import { describe, expect, it } from 'vitest'
import { type BatcherOptions, createBatcher, type Sized } from '../../src/async/batcher.ts'

interface Item extends Sized {
  name: string
}
const item = (name: string, { count = 1, bytes = 1 } = {}): Item => ({ name, count, bytes })

/** A batcher whose groups are under way until `finish` is called. */
const begin = (options: Partial<BatcherOptions<Item>> = {}) => {
  const groups: string[][] = []
  const under: (() => void)[] = []
  const batcher = createBatcher<Item>({
    groupMax: { count: 3, bytes: 100 },
    waitingMax: { count: 5, bytes: 200 },
    send(group) {
      groups.push(group.map(({ name }) => name))
      return new Promise((resolve) => under.push(resolve))
    },
    ...options,
  })
  return {
    ...batcher,
    groups,
    async finish() {
      const count = groups.length
      under.shift()?.()
      while (groups.length === count && under.length > 0) await new Promise(setImmediate)
    },
    async begun(count: number) {
      while (groups.length < count) await new Promise(setImmediate)
    },
  }
}

describe('a batcher', () => {
  it('sends together what came at once, and what came meanwhile with the next group', async () => {
    const { add, groups, begun, finish } = begin()
    add(item('a'))
    add(item('b'))
    await begun(1)
    add(item('c'))
    add(item('d'))
    await finish()
    await begun(2)
    expect(groups).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
  })

  it('keeps groups within their bounds, but sends an item that exceeds them alone', async () => {
    const { add, groups, begun, finish } = begin()
    for (const each of [item('a', { bytes: 60 }), item('b', { bytes: 60 }), item('c', { count: 3 })])
      add(each)
    for (let sent = 1; sent <= 3; sent++) {
      await begun(sent)
      await finish()
    }
    add(item('large', { count: 9, bytes: 900 }))
    await begun(4)
    expect(groups).toEqual([['a'], ['b'], ['c'], ['large']])
  })

  it('ends a group before an item that can not join its first one', async () => {
    const { add, groups, begun, finish } = begin({ joins: ({ name }, first) => name[0] === first.name[0] })
    for (const name of ['x1', 'x2', 'y1']) add(item(name))
    await begun(1)
    await finish()
    await begun(2)
    expect(groups).toEqual([['x1', 'x2'], ['y1']])
  })

  it('refuses what exceeds the bounds of what waits, and takes it again when there is room', async () => {
    const { add, begun, finish } = begin()
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => add(item(name)))).toEqual([
      ...[true, true, true, true, true],
      false,
    ])
    await begun(1)
    expect(add(item('g', { bytes: 199 }))).toBe(false)
    expect(add(item('g'))).toBe(true)
    await finish()
    await begun(2)
  })

  it('is idle once all that waited was sent', async () => {
    const sent: Item[] = []
    const { add, idle } = begin({
      async send(group) {
        await new Promise(setImmediate)
        sent.push(...group)
      },
    })
    await idle()
    expect(sent).toEqual([])
    for (const name of ['a', 'b', 'c', 'd']) add(item(name))
    await idle()
    expect(sent).toHaveLength(4)
  })
})
