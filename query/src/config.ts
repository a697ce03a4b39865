import { readFollowerConfig } from '@logbook/chassis/follower-config.ts'
import { servicePorts } from '@logbook/contracts/services.ts'

/** Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv) =>
  readFollowerConfig(env, { port: servicePorts.query, database: 'data/query.sqlite' })
