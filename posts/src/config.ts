import { parseConfig } from '@logbook/chassis/config.ts'
import { followerSettings, readFollowerConfig } from '@logbook/chassis/follower-config.ts'
import { servicePorts } from '@logbook/contracts/services.ts'
import { z } from 'zod'

const ownSettings = {
  BLOG_TITLE: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .default('Logbook')
    .describe('What the blog is called until its settings are changed, and in mails.'),
}
const common = followerSettings({ port: servicePorts.posts, database: 'data/posts.sqlite' })
export const settings = { ...common, ...ownSettings }

/** `blogTitle` is what the blog is called until its settings are changed. Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv) => {
  const { BLOG_TITLE: blogTitle } = parseConfig(ownSettings, env)
  return { ...readFollowerConfig(env, common), blogTitle }
}
