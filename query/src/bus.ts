import type { Logger } from '@logbook/chassis/logger.ts'
import { openBus as openSealedBus } from '@logbook/chassis/sealing/open-bus.ts'
import type { FollowerConfig } from '@logbook/chassis/start/follower-config.ts'
import { personal } from '@logbook/contracts/personal.ts'

type Config = Pick<FollowerConfig, 'busUrl' | 'accountsUrl' | 'serviceToken'>

/** The bus as this service speaks to it, from each of its threads. */
export const openBus = ({ config, logger }: { config: Config; logger: Logger }) =>
  openSealedBus({ ...config, source: '/query', logger, personal })
