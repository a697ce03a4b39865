import type { FollowerConfig } from '@logbook/chassis/follower-config.ts'
import { type BusClient, createBusClient } from '@logbook/chassis/log/bus-client.ts'
import type { Logger } from '@logbook/chassis/log.ts'

/** The bus as this service speaks to it, from each of its threads. */
export const openBus = ({
  config: { busUrl, serviceToken },
  log,
}: {
  config: Pick<FollowerConfig, 'busUrl' | 'serviceToken'>
  log: Logger
}): BusClient => createBusClient({ url: busUrl, token: serviceToken, source: '/query', log })
