import type { Health } from '@logbook/chassis/health/health.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import type { HealthDetails } from '@logbook/contracts/http/health.ts'
import type { SubscriptionStatus } from '@logbook/contracts/http/subscription-status.ts'
import type { StoreFaults } from '../log/watched-store.ts'

interface Parts {
  store: Pick<LogStore, 'head' | 'identity' | 'fault'>
  faults: Readonly<StoreFaults>
  disk: () => HealthDetails['disk']
  runs: () => Pick<HealthDetails, 'backup' | 'scrub' | 'damage'>
  followers: () => { all: number }
  subscriptions: { statuses(): readonly SubscriptionStatus[] }
  closing: AbortSignal
}

/** `/health` of the log. */
export const busHealth =
  ({ store, faults, disk, runs, followers, subscriptions, closing }: Parts) =>
  (): Health => {
    const left = disk()
    const { damage: found, ...ran } = runs()
    const damage = store.fault?.() ?? faults.damage ?? found ?? null
    const statuses = subscriptions.statuses()
    return {
      ready: !closing.aborted && damage === null,
      position: store.head(),
      log: { id: store.identity.id, epoch: store.identity.epoch },
      followers: followers().all,
      damage,
      ...ran,
      ...(left && { disk: { ...left, fault: faults.writeFault } }),
      subscriptions: {
        faults: statuses.filter(({ fault }) => fault !== null).length,
        parked: statuses.reduce((sum, { parked }) => sum + parked, 0),
      },
    }
  }
