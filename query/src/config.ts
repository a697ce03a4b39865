import { parseConfig, setting } from '@logbook/chassis/config.ts'
import { followerSettings, readFollowerConfig } from '@logbook/chassis/follower-config.ts'
import { servicePorts } from '@logbook/contracts/services.ts'
import { z } from 'zod'

const ownSettings = {
  PUBLIC_URL: setting.publicUrl(),
  BLOG_TITLE: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .default('Logbook')
    .describe('What the blog is called until its settings are changed, and in mails.'),
}
const common = followerSettings({ port: servicePorts.query, database: 'data/query.sqlite' })
export const settings = { ...common, ...ownSettings }

/** `publicUrl` is where the world finds the blog, as feeds and the sitemap say it. Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv) => {
  const { PUBLIC_URL, BLOG_TITLE } = parseConfig(ownSettings, env)
  return { ...readFollowerConfig(env, common), publicUrl: PUBLIC_URL, blogTitle: BLOG_TITLE }
}
