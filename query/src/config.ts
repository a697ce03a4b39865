import { parseConfig, setting } from '@logbook/chassis/start/config.ts'
import { followerSettings, readFollowerConfig } from '@logbook/chassis/start/follower-config.ts'
import { initialSettings, initialVariables } from '@logbook/contracts/events/settings.ts'
import { servicePorts } from '@logbook/contracts/services.ts'

const ownSettings = { PUBLIC_URL: setting.publicUrl(), ...initialVariables }
const common = followerSettings({ port: servicePorts.query, database: 'data/query.sqlite' })
export const settings = { ...common, ...ownSettings }

/** `publicUrl` is the address of the blog in feeds and the sitemap; `initial` are the settings of the blog until they are changed. Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv) => {
  const { PUBLIC_URL: publicUrl, ...initial } = parseConfig(ownSettings, env)
  return { ...readFollowerConfig(env, common), publicUrl, initial: initialSettings(initial) }
}
