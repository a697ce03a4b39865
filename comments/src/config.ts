import { parseConfig } from '@logbook/chassis/config.ts'
import { readFollowerConfig } from '@logbook/chassis/follower-config.ts'
import { servicePorts } from '@logbook/contracts/services.ts'
import { z } from 'zod'
import { commentsFrom } from './permission.ts'

/** Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv) => {
  const { COMMENTS_FROM: from, RATE_LIMITS: rateLimits } = parseConfig(
    {
      COMMENTS_FROM: z.enum(commentsFrom).default('guests'),
      RATE_LIMITS: z.enum(['on', 'off']).default('on'),
    },
    env,
  )
  return {
    ...readFollowerConfig(env, { port: servicePorts.comments, database: 'data/comments.sqlite' }),
    from,
    /** False where something in front limits how often comments and votes are sent. */
    rateLimits: rateLimits === 'on',
  }
}
