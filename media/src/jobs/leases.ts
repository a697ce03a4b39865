import type { Clock } from '@logbook/chassis/clock.ts'
import { limits } from '../limits.ts'
import type { Held, Queue } from '../read-model/queue.ts'

interface LeasesOptions {
  clock: Clock
  queue: Pick<Queue, 'held'>
  /** True for a worker that is known to have ended. */
  isGone: (worker: string) => boolean
}

export type Leases = ReturnType<typeof createLeases>

const nameOf = (id: string, lease: number): string => `${id} ${lease}`

/**
 * When leases end. Signs of life are not in the log, so a lease that this process did not hear of before begins anew with it: a worker
 * keeps its job while the service starts again.
 */
export const createLeases = ({ clock, queue, isGone }: LeasesOptions) => {
  const ends = new Map<string, number>()
  const renew = (id: string, lease: number): void =>
    void ends.set(nameOf(id, lease), clock.steady() + limits.leaseMs)
  return {
    renew,
    /** Those that have ended. What the log does not hold any more is forgotten. */
    ended(): Held[] {
      const held = queue.held()
      const names = new Set(held.map(({ id, lease }) => nameOf(id, lease)))
      for (const name of ends.keys()) if (!names.has(name)) ends.delete(name)
      return held.filter(({ id, lease, worker }) => {
        if (isGone(worker)) return true
        const end = ends.get(nameOf(id, lease))
        if (end === undefined) renew(id, lease)
        return end !== undefined && end <= clock.steady()
      })
    },
  }
}
