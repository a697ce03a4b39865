import type { Health } from '@logbook/chassis/http/app.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import type { HealthDetails } from '@logbook/contracts/http/health.ts'
import type { SubscriptionStatus } from '@logbook/contracts/http/subscription-status.ts'
import type { Seen } from '../log/watched-store.ts'

interface Parts {
  store: Pick<LogStore, 'head' | 'identity' | 'fault'>
  seen: Readonly<Seen>
  disk: () => HealthDetails['disk']
  runs: () => Pick<HealthDetails, 'backup' | 'scrub' | 'damage'>
  followers: () => { all: number }
  subscriptions: { statuses(): readonly SubscriptionStatus[] } | undefined
  closing: AbortSignal
}

/** What the log says of itself when it is asked. */
export const busHealth =
  ({ store, seen, disk, runs, followers, subscriptions, closing }: Parts) =>
  (): Health => {
    const left = disk()
    const { damage: found, ...ran } = runs()
    const damage = store.fault?.() ?? seen.damage ?? found ?? null
    const statuses = subscriptions?.statuses()
    return {
      ready: !closing.aborted && damage === null,
      position: store.head(),
      log: { id: store.identity.id, epoch: store.identity.epoch },
      followers: followers().all,
      damage,
      ...ran,
      ...(left && { disk: { ...left, fault: seen.writeFault } }),
      ...(statuses && {
        subscriptions: {
          faults: statuses.filter(({ fault }) => fault !== null).length,
          parked: statuses.reduce((sum, { parked }) => sum + parked, 0),
        },
      }),
    }
  }
