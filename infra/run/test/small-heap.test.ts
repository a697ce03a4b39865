import { expect, it } from 'vitest'
import { smallHeapArguments } from '../small-heap.ts'

it.each([
  [300, '96'],
  [512, '163'],
  [1_024, '327'],
])('on a machine of %i MiB, the heap of one process is bounded to %s MiB', (mebibytes, heap) => {
  expect(smallHeapArguments(mebibytes * 2 ** 20)).toEqual([
    '--optimize-for-size',
    `--max-old-space-size=${heap}`,
  ])
})

it('on a machine with much memory, V8 bounds the heap of one process itself', () => {
  expect(smallHeapArguments(16 * 2 ** 30)).toEqual(['--optimize-for-size'])
})
