import { parseConfig, setting } from '@logbook/chassis/config.ts'
import { followerSettings, readFollowerConfig } from '@logbook/chassis/follower-config.ts'
import { servicePorts } from '@logbook/contracts/services.ts'
import { z } from 'zod'
import { commentsFrom } from './permission.ts'

const ownSettings = {
  COMMENTS_FROM: z
    .enum(commentsFrom)
    .default('guests')
    .describe('From whom comments are taken: `guests`, `members`, `nobody`.'),
  RATE_LIMITS: setting.rateLimits(),
}
const common = followerSettings({ port: servicePorts.comments, database: 'data/comments.sqlite' })
export const settings = { ...common, ...ownSettings }

/** Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv) => {
  const { COMMENTS_FROM: from, RATE_LIMITS: rateLimits } = parseConfig(ownSettings, env)
  return {
    ...readFollowerConfig(env, common),
    from,
    /** False where something in front limits how often comments and votes are sent. */
    rateLimits: rateLimits === 'on',
  }
}
