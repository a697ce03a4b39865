import { parseConfig, setting } from '@logbook/chassis/start/config.ts'
import { followerSettings, readFollowerConfig } from '@logbook/chassis/start/follower-config.ts'
import { initialSettings, initialVariables } from '@logbook/contracts/events/settings.ts'
import { servicePorts } from '@logbook/contracts/services.ts'

const { COMMENTS_FROM } = initialVariables
const ownSettings = { COMMENTS_FROM, RATE_LIMITS: setting.rateLimits() }
const common = followerSettings({ port: servicePorts.comments, database: 'data/comments.sqlite' })
export const settings = { ...common, ...ownSettings }

/** Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv) => {
  const { RATE_LIMITS: rateLimits, ...initial } = parseConfig(ownSettings, env)
  return {
    ...readFollowerConfig(env, common),
    /** The settings of the blog until they are changed. */
    initial: initialSettings(initial),
    /** False where something in front limits how often comments and votes are sent. */
    rateLimits: rateLimits === 'on',
  }
}
