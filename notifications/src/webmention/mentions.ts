import type { Clock } from '@logbook/chassis/clock.ts'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { Config } from '../config.ts'
import type { View } from '../domain/view.ts'
import type { Streams } from '../log/streams.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { overtakenIn } from '../outbox/overtaken.ts'
import { mentionHandlers } from '../routes/mentions.ts'
import { createPages } from './page.ts'
import { receivedMentions } from './received.ts'
import { sentMentions } from './sent.ts'
import { createTargets } from './targets.ts'
import { webmentionTransport } from './transport.ts'
import { createVerifier } from './verifier.ts'
import { createVerify } from './verify.ts'

interface MentionsOptions {
  outbox: Outbox
  clock: Clock
  logger: Logger
  streams: Pick<Streams, 'mentions' | 'posts' | 'slugs'>
  view: View
  config: Pick<Config, 'publicUrl' | 'mentionsAllow'>
}

/** Webmentions: the endpoint where they are sent to, what verifies them, and what sends those of this blog. */
export const createMentions = ({ outbox, clock, logger, streams, view, config }: MentionsOptions) => {
  const { publicUrl } = config
  const { mentions } = streams
  const received = receivedMentions(outbox.db)
  const sent = sentMentions(outbox.db)
  const isOvertaken = overtakenIn(outbox.db)
  const targets = createTargets({ streams, publicUrl, blog: view.blog })
  const pages = createPages(allowedTargets(config.mentionsAllow))
  const verify = createVerify({ pages, targets, clock, mentions })
  const verifier = createVerifier({ received, verify, clock, logger })
  return {
    handlers: mentionHandlers({ received, targets, mentions, verifier, sent, clock, publicUrl }),
    webmention: webmentionTransport({
      ...{ outbox, sent, pages, view, clock, publicUrl },
      isOvertaken,
    }),
    isOvertaken,
    start: verifier.start,
    stop: verifier.stop,
  }
}
