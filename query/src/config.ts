import { parseConfig, setting } from '@logbook/chassis/config.ts'
import { readFollowerConfig } from '@logbook/chassis/follower-config.ts'
import { defaultUrl, servicePorts } from '@logbook/contracts/services.ts'
import { z } from 'zod'

/** `publicUrl` is where the world finds the blog, as feeds and the sitemap say it. Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv) => {
  const { PUBLIC_URL, BLOG_TITLE } = parseConfig(
    {
      PUBLIC_URL: setting.url(defaultUrl('gateway')),
      BLOG_TITLE: z.string().trim().min(1).max(100).default('Logbook'),
    },
    env,
  )
  const follower = readFollowerConfig(env, { port: servicePorts.query, database: 'data/query.sqlite' })
  return { ...follower, publicUrl: PUBLIC_URL, blogTitle: BLOG_TITLE }
}
