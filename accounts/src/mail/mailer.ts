import { pause } from '@logbook/chassis/async/pause.ts'
import { type Clock, earliest } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { ParkedWork } from '@logbook/chassis/follow/parked.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { limits } from '../limits.ts'
import { createAttempts, type MailOutcome } from './attempt.ts'
import type { Forgotten, Mail, Post } from './mail.ts'
import { type WaitingMails, waitingMails } from './waiting.ts'

export interface MailStatus {
  /** Not sent yet. */
  waiting: number
  /** Parked until the next start. */
  parked: number
  /** The time of the oldest waiting mail, or null. */
  oldest: string | null
  /** Why the last attempt failed; null after a success. */
  fault: string | null
}

/** The queue of mails. No request waits for a delivery, so that the time of an answer does not show whether a mail was sent. */
export interface Mailer {
  /** Queues a mail, in the caller's transaction where there is one. */
  send(mail: Mail): void
  /** Deletes the copies of delivered mails to an erased person; the waiting ones are gone already. */
  forget(whose: Forgotten): void
  /** Deletes mails, waiting or delivered, whose invitation was used, withdrawn or has expired. */
  forgetInvitations(): void
  /** Starts to deliver, parked mails included. */
  start(): void
  forgetOld(): void
  status(): MailStatus
  /** Parked mails. Of each it is known when it was written. */
  parked: ParkedWork
  /** Stops; mails that are not sent stay in the queue. */
  stop(): Promise<void>
}

interface Options {
  db: Database
  clock: Clock
  ids: Ids
  logger: Logger
  post: Post
  /** The present title of the blog. */
  blogTitle?: () => string
  onOutcome?: (outcome: MailOutcome) => void
}

/** The signature, separated as RFC 3676 has it. */
const signature = (title: string): string => `\n-- \n${title}\n`

/** A queue in the accounts file. Mails are sent a few at a time and retried with backoff, each on its own schedule. */
export const createMailer = ({
  db,
  clock,
  ids,
  logger,
  post,
  blogTitle = () => initialSettings().title,
  onOutcome = () => {},
}: Options): Mailer => {
  const mails = waitingMails(db)
  const stopping = new AbortController()
  const attempts = createAttempts({
    mails,
    post,
    blogTitle,
    clock,
    logger,
    onOutcome,
    stopping: stopping.signal,
  })
  const worker = createMailWorker({
    mails,
    clock,
    logger,
    attempt: attempts.attempt,
    stopping: stopping.signal,
  })
  const forgetInvitations = (): void => {
    if (mails.forgetInvitations()) worker.wipeSoon()
    post.forgetInvitations(mails.isOpen)
  }
  return {
    send(mail) {
      if (mails.count().waiting >= limits.mailsWaitingMax) {
        onOutcome('dropped')
        return logger.error('the mail queue is full; a mail is dropped')
      }
      const text = `${mail.text}${signature(blogTitle())}`
      mails.add({ ...mail, text }, { id: ids.next(), at: clock.now().toISOString(), due: clock.steady() })
      // A microtask, since the caller's transaction must commit first.
      queueMicrotask(worker.look)
    },
    forget(whose) {
      post.forget(whose)
      forgetInvitations()
      worker.wipeSoon()
    },
    forgetInvitations,
    start() {
      mails.unpark(clock.steady())
      mails.clampDue(clock.steady() + limits.mailRetryMs.max)
      worker.start()
    },
    forgetOld() {
      const before = new Date(earliest(clock) - limits.mailDaysMax * 86_400_000).toISOString()
      if (mails.forgetOld(before)) worker.wipeSoon()
    },
    parked: {
      list: (limit) =>
        mails.parked(limit).map(({ id, subject, at }) => ({
          ...{ id, subject: `mail “${subject}”`, since: at },
          reason: attempts.fault ?? 'It could not be delivered.',
        })),
      retry(id) {
        const count = mails.unpark(clock.steady(), id)
        worker.look()
        return count
      },
    },
    status: () => ({ ...mails.count(), fault: attempts.fault }),
    async stop() {
      stopping.abort()
      await worker.stop()
    },
  }
}

interface Worker {
  mails: WaitingMails
  clock: Clock
  logger: Logger
  attempt: ReturnType<typeof createAttempts>['attempt']
  stopping: AbortSignal
}

const createMailWorker = ({ mails, clock, logger, attempt, stopping }: Worker) => {
  const under = new Map<string, Promise<void>>()
  let running = false
  let alarm: NodeJS.Timeout | undefined
  let isToBeWiped = false

  const begin = (mail: Parameters<typeof attempt>[0]): void => {
    const work = attempt(mail)
      .catch((error: unknown) => {
        logger.error({ err: error }, 'the outcome of a mail could not be stored')
        return pause(limits.mailRetryMs.initial, stopping)
      })
      .finally(() => {
        under.delete(mail.id)
        isToBeWiped = true
        look()
      })
    under.set(mail.id, work)
  }

  /** Starts deliveries that are due, up to the limit, and looks again when one ends or the next is due. */
  const look = (): void => {
    clearTimeout(alarm)
    if (!running || stopping.aborted) return
    const now = clock.steady()
    // As many as may run at once: while fewer run, at least one of these does not.
    const due = mails.due(now, limits.mailsAtOnceMax).filter(({ id }) => !under.has(id))
    for (const mail of due.slice(0, limits.mailsAtOnceMax - under.size)) begin(mail)
    const next = mails.next(now)
    if (next !== undefined) alarm = setTimeout(look, Math.min(next - now, limits.mailRetryMs.max)).unref()
    if (under.size > 0 || !isToBeWiped) return
    mails.wipe()
    isToBeWiped = false
  }

  return {
    look,
    wipeSoon(): void {
      isToBeWiped = true
      queueMicrotask(look)
    },
    start(): void {
      running = true
      look()
    },
    async stop(): Promise<void> {
      clearTimeout(alarm)
      if (under.size === 0) return
      // A delivery in progress may still succeed; wait for it, but no longer than this.
      const waited = new AbortController()
      await Promise.race([Promise.all(under.values()), pause(limits.mailStopMsMax, waited.signal)])
      waited.abort()
    },
  }
}
