import { pause } from '@logbook/chassis/async/pause.ts'
import { type Clock, earliest } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { EmailChanges } from '../auth/email-changes.ts'
import { limits } from '../limits.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { Invitations } from '../people/invitations.ts'
import type { Once } from '../people/once.ts'
import type { People } from '../people/people.ts'
import type { Sessions } from '../people/sessions.ts'
import type { SigningKeys } from '../secrets/signing-keys.ts'
import { createExpiryClamp } from './clamp-expiry.ts'

interface Options {
  db: Database
  clock: Clock
  logger: Logger
  people: People
  sessions: Sessions
  invitations: Invitations
  once: Once
  signingKeys: SigningKeys
  mailer: Pick<Mailer, 'forgetOld' | 'forgetInvitations'>
  emailChanges: Pick<EmailChanges, 'forgetOld'>
}

/** Periodic work on the file: rotates signing keys, and deletes what has expired by both clocks. */
export const createCleanUp = (options: Options) => {
  const { clock, logger, people, sessions, invitations, once, signingKeys, mailer, emailChanges } = options
  const clampExpiries = createExpiryClamp(options)
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()

  const round = async () => {
    await signingKeys.rotate()
    clampExpiries()
    const now = earliest(clock)
    invitations.forgetOld()
    once.forgetOld()
    mailer.forgetOld()
    mailer.forgetInvitations()
    emailChanges.forgetOld()
    sessions.forgetOld(new Date(now).toISOString())
    people.forgetUnconfirmed(new Date(now - limits.unconfirmedDaysMax * 86_400_000).toISOString())
  }
  const run = async () => {
    while (!stopping.signal.aborted) {
      await round().catch((error: unknown) =>
        logger.error({ err: error }, 'the clean-up failed; it will be retried'),
      )
      await pause(limits.cleanUpMs, stopping.signal)
    }
  }
  return {
    start: () => {
      running = run()
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
