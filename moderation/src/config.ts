import { followerSettings, readFollowerConfig } from '@logbook/chassis/start/follower-config.ts'
import { servicePorts } from '@logbook/contracts/services.ts'

export const settings = followerSettings({
  port: servicePorts.moderation,
  database: 'data/moderation.sqlite',
})

/** Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv) => readFollowerConfig(env, settings)
