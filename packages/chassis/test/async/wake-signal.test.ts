import { expect, it } from 'vitest'
import { createWakeSignal } from '../../src/async/wake-signal.ts'

const { signal } = new AbortController()

it('A wake signal wakes all who wait.', async () => {
  const waking = createWakeSignal()
  const waits = [waking.next({ signal }), waking.next({ signal, timeoutMs: 600_000 })]
  waking.wake()
  expect(await Promise.all(waits)).toEqual(['wake', 'wake'])
})

it('A wake between a look at the count and the wait is not lost.', async () => {
  const waking = createWakeSignal()
  const { wakes } = waking
  waking.wake()
  expect(await waking.next({ signal, wakes })).toBe('wake')
  expect(await waking.next({ signal, wakes: waking.wakes, timeoutMs: 1 })).toBe('timeout')
})

it('A wait ends when its signal aborts, or has aborted before.', async () => {
  const waking = createWakeSignal()
  const ending = new AbortController()
  const wait = waking.next({ signal: ending.signal })
  ending.abort()
  expect(await wait).toBe('abort')
  expect(await waking.next({ signal: ending.signal })).toBe('abort')
})
