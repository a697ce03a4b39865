import type { Clock } from '@logbook/chassis/clock.ts'
import { limits } from '../limits.ts'
import type { Held, Queue } from '../read-model/queue.ts'

interface LeasesOptions {
  clock: Clock
  queue: Pick<Queue, 'held'>
  /** True if this worker's process is known to have ended. */
  hasEnded: (worker: string) => boolean
}

export type Leases = ReturnType<typeof createLeases>

const nameOf = (id: string, lease: number): string => `${id} ${lease}`

/**
 * Expiry of leases. Heartbeats are not in the log, so a lease that this process does not know is renewed at first sight: a worker
 * keeps its job over a restart of the service.
 */
export const createLeases = ({ clock, queue, hasEnded }: LeasesOptions) => {
  const ends = new Map<string, number>()
  const renew = (id: string, lease: number): void =>
    void ends.set(nameOf(id, lease), clock.steady() + limits.leaseMs)
  return {
    renew,
    /** The leases that have expired. Those no longer held in the log are forgotten. */
    ended(): Held[] {
      const held = queue.held()
      const names = new Set(held.map(({ id, lease }) => nameOf(id, lease)))
      for (const name of ends.keys()) if (!names.has(name)) ends.delete(name)
      return held.filter(({ id, lease, worker }) => {
        if (hasEnded(worker)) return true
        const end = ends.get(nameOf(id, lease))
        if (end === undefined) renew(id, lease)
        return end !== undefined && end <= clock.steady()
      })
    },
  }
}
