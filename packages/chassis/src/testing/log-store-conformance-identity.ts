import { describe, expect, it, onTestFinished } from 'vitest'
import { genesis } from '../log/checksum-chain.ts'
import type { LogStore } from '../log/log-store.ts'
import { completeEvent as event } from './complete-event.ts'
import type { Engine } from './log-store-conformance.ts'

const upTo = (last: number) => Array.from({ length: last + 1 }, (_, position) => position)

/** What tells one log from another, and one place of it from the same place of another. */
export const describeIdentity = (open: () => Promise<Engine>): void => {
  const opened = async (): Promise<LogStore> => {
    const { store, dispose } = await open()
    onTestFinished(dispose)
    return store
  }
  const checksums = (store: LogStore) =>
    Promise.all(upTo(store.head()).map((position) => store.checksumAt(position)))

  describe('identity', () => {
    it('is a random id in its first epoch, which began with the log', async () => {
      const [one, other] = [await opened(), await opened()]
      expect(one.identity).toMatchObject({ epoch: 1, begins: [{ epoch: 1, after: 0 }] })
      expect(one.identity.id).not.toBe(other.identity.id)
    })

    it('has a checksum at each position, which is the same in two logs as long as their events are', async () => {
      const [one, other] = [await opened(), await opened()]
      const [first, second] = [event(), event()]
      for (const store of [one, other]) await store.append([[first], [second]])
      expect(await checksums(other)).toEqual(await checksums(one))
      await one.append([[event({ data: 1 })], [event({ data: 3 })]])
      const third = event({ data: 2 })
      await other.append([[third]])
      await other.append([[event({ id: 'the same', data: 3 })]])
      const [ours, theirs] = [await checksums(one), await checksums(other)]
      expect(ours.slice(0, 3)).toEqual(theirs.slice(0, 3))
      for (const position of [3, 4]) expect(ours[position], `at ${position}`).not.toBe(theirs[position])
      expect(new Set(ours).size).toBe(5)
    })

    it('has the checksum of nothing at 0, and none beyond the end', async () => {
      const store = await opened()
      expect(await store.checksumAt(0)).toBe(genesis)
      expect(await store.checksumAt(1)).toBeUndefined()
      await store.append([[event()]])
      expect(await store.checksumAt(1)).toMatch(/^[0-9a-f]{64}$/)
      expect(await store.checksumAt(2)).toBeUndefined()
    })
  })
}
