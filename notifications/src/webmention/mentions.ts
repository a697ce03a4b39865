import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import type { Config } from '../config.ts'
import type { Streams } from '../log/streams.ts'
import { mentionHandlers } from '../routes/mentions.ts'
import { createPages } from './page.ts'
import { receivedMentions } from './received.ts'
import { createTargets } from './targets.ts'
import { createVerifier } from './verifier.ts'
import { createVerify } from './verify.ts'

interface MentionsOptions {
  /** The file of the outbox. */
  outboxDb: Database
  clock: Clock
  logger: Logger
  streams: Pick<Streams, 'mentions' | 'posts' | 'slugs'>
  blog: () => BlogSettings
  config: Pick<Config, 'publicUrl' | 'mentionsAllow'>
}

/** Webmentions that are sent to this blog: the endpoint, and what verifies them. */
export const createMentions = ({ outboxDb, clock, logger, streams, blog, config }: MentionsOptions) => {
  const { publicUrl } = config
  const received = receivedMentions(outboxDb)
  const targets = createTargets({ streams, publicUrl, blog })
  const pages = createPages(allowedTargets(config.mentionsAllow))
  const { mentions } = streams
  const verify = createVerify({ pages, targets, clock, mentions })
  const verifier = createVerifier({ received, verify, clock, logger })
  return {
    handlers: mentionHandlers({ received, targets, mentions, verifier, clock, publicUrl }),
    start: verifier.start,
    stop: verifier.stop,
  }
}
