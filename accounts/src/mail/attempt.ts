import { backoff, pause } from '@logbook/chassis/async/pause.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { Undelivered } from '@logbook/chassis/mail/undelivered.ts'
import { limits } from '../limits.ts'
import type { Post } from './mail.ts'
import type { Due, WaitingMails } from './waiting.ts'

/** The outcome of a mail, or of one attempt. */
export type MailOutcome = 'sent' | 'failed' | 'parked' | 'dropped'

export interface AttemptOptions {
  mails: WaitingMails
  post: Post
  blogTitle: () => string
  clock: Clock
  logger: Logger
  onOutcome: (outcome: MailOutcome) => void
  stopping: AbortSignal
}

/** Tries to deliver a mail once: it is then removed, postponed or parked. Throws where that can't be stored. */
export const createAttempts = ({
  mails,
  post,
  blogTitle,
  clock,
  logger,
  onOutcome,
  stopping,
}: AttemptOptions) => {
  let fault: string | null = null

  const failed = ({ id, subject, tries }: Due, error: unknown): void => {
    const { code, forGood } = error instanceof Undelivered ? error : { code: 'unknown', forGood: false }
    fault = code
    onOutcome('failed')
    if (forGood || tries + 1 >= limits.mailTriesMax) {
      mails.park(id, tries + 1)
      onOutcome('parked')
      logger.warn({ mail: subject, code, tries: tries + 1 }, 'a mail is parked until the next start')
      return
    }
    const due = Math.round(clock.steady() + backoff(limits.mailRetryMs, tries))
    mails.postpone(id, { tries: tries + 1, due })
    logger.warn({ mail: subject, code, tries: tries + 1 }, 'a mail could not be sent; it will be tried again')
  }

  /** Removes a mail that was sent, with retries while the disk is full, so that it is not sent again. False where it was deleted meanwhile. */
  const removeSent = async (id: string): Promise<boolean> => {
    for (let failures = 0; ; failures++)
      try {
        return mails.remove(id)
      } catch (error) {
        if (stopping.aborted) throw error
        if (failures === 0) logger.error({ err: error }, 'a mail that was sent could not be removed yet')
        await pause(backoff(limits.mailRetryMs, failures), stopping)
      }
  }

  return {
    get fault() {
      return fault
    },
    async attempt(mail: Due): Promise<void> {
      try {
        await post.deliver(mail, blogTitle())
      } catch (error) {
        // A shutdown that interrupts an attempt does not count as a failure.
        if (!stopping.aborted) failed(mail, error)
        return
      }
      fault = null
      onOutcome('sent')
      const isKept = await removeSent(mail.id)
      // The person was erased, or the invitation used, while it was being sent.
      if (!isKept && mail.personId !== undefined) post.forget({ personId: mail.personId, address: mail.to })
      if (!isKept && mail.invitationId !== undefined) post.forgetInvitations(mails.isOpen)
    },
  }
}
