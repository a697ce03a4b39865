import { describe, expect, it } from 'vitest'
import { repeat } from '../../src/async/repeat.ts'

const backoffMs = { initial: 1, max: 1 }

/** Runs turns that fail as listed, and ends after the last. Returns the numbers of failures that were told. */
const toldFailures = async (
  fails: readonly boolean[],
  turnBefore: (progressed: () => void, index: number) => void = () => {},
): Promise<number[]> => {
  const told: number[] = []
  let index = 0
  const turn = async (progressed: () => void) => {
    turnBefore(progressed, index)
    if (fails[index++]) throw new Error('failed')
    return index < fails.length
  }
  const { signal } = new AbortController()
  await repeat(turn, { signal, backoffMs, onFailure: (_, failures) => told.push(failures) })
  return told
}

describe('repeated turns', () => {
  it('end when a turn resolves with false', async () => {
    expect(await toldFailures([false, false, false])).toEqual([])
  })

  it('count the failures in a row, and begin again after a success', async () => {
    expect(await toldFailures([true, true, false, true, false])).toEqual([0, 1, 0])
  })

  it('count the failure of a turn that reported progress as the first', async () => {
    const onThird = (progressed: () => void, index: number) => index === 2 && progressed()
    expect(await toldFailures([true, true, true, true, false], onThird)).toEqual([0, 1, 0, 1])
  })

  it('end at the signal, also during a wait, without a word of a failure after it', async () => {
    const ending = new AbortController()
    const told: unknown[] = []
    const turn = async () => {
      if (ending.signal.aborted) throw new Error('after the end')
      throw new Error('failed')
    }
    await repeat(turn, {
      ...{ signal: ending.signal, backoffMs: { initial: 600_000, max: 600_000 } },
      onFailure(error) {
        told.push(error)
        queueMicrotask(() => ending.abort())
      },
    })
    expect(told).toHaveLength(1)
  })

  it('reject with what the listener of failures throws', async () => {
    const hopeless = new Error('hopeless')
    const turn = () => Promise.reject(hopeless)
    const onFailure = (error: unknown) => {
      throw error
    }
    const { signal } = new AbortController()
    await expect(repeat(turn, { signal, backoffMs, onFailure })).rejects.toBe(hopeless)
  })
})
