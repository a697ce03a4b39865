import { parseConfig } from '@logbook/chassis/config.ts'
import { readFollowerConfig } from '@logbook/chassis/follower-config.ts'
import { servicePorts } from '@logbook/contracts/services.ts'
import { z } from 'zod'
import { commentsFrom } from './permission.ts'

/** Throws `ConfigError` naming every wrong variable. */
export const readConfig = (env: NodeJS.ProcessEnv) => {
  const { COMMENTS_FROM: from } = parseConfig({ COMMENTS_FROM: z.enum(commentsFrom).default('guests') }, env)
  return {
    ...readFollowerConfig(env, { port: servicePorts.comments, database: 'data/comments.sqlite' }),
    from,
  }
}
