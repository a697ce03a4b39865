import { parseConfig } from '@logbook/chassis/start/config.ts'
import { followerSettings, readFollowerConfig } from '@logbook/chassis/start/follower-config.ts'
import { initialSettings, initialVariables } from '@logbook/contracts/events/settings.ts'
import { servicePorts } from '@logbook/contracts/services.ts'

const common = followerSettings({ port: servicePorts.posts, database: 'data/posts.sqlite' })
export const settings = { ...common, ...initialVariables }

/** `initial` are the settings of the blog until they are changed. Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv) => ({
  ...readFollowerConfig(env, common),
  initial: initialSettings(parseConfig(initialVariables, env)),
})
