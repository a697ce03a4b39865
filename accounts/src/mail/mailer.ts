import { pause } from '@logbook/chassis/async/pause.ts'
import { type Clock, earliest } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { limits } from '../limits.ts'
import { attemptsOf, type MailOutcome } from './attempt.ts'
import type { Forgotten, Mail, Post } from './mail.ts'
import { type WaitingMails, waitingMails } from './waiting.ts'

export interface MailStatus {
  /** Not sent yet. */
  waiting: number
  /** Given up until the next start. */
  parked: number
  /** When the one was written that waits longest. */
  oldest: string | null
  /** Why the last try failed, unless one went since. */
  fault: string | null
}

/** Where mails go. No request waits for a mail to be delivered, so that no answer tells by its time whether one went out. */
export interface Mailer {
  /** Keeps the mail, in the caller's transaction where there is one, and delivers it as soon as it can be. */
  send(mail: Mail): void
  /** Someone was erased, with the mails to them that waited: what was delivered goes too. */
  forget(whose: Forgotten): void
  /** An invitation was used or withdrawn, or is too old: the mail with its link goes too, whether it waits or was delivered. */
  forgetInvitations(): void
  /** Begins to deliver, also those that were parked. */
  start(): void
  forgetOld(): void
  status(): MailStatus
  /** Ends; what is not sent is kept. */
  stop(): Promise<void>
}

interface Options {
  db: Database
  clock: Clock
  ids: Ids
  logger: Logger
  post: Post
  /** What the blog is called by now. */
  blogTitle?: () => string
  onOutcome?: (outcome: MailOutcome) => void
}

/** As RFC 3676 marks it. */
const signature = (title: string): string => `\n-- \n${title}\n`

/** Mails wait in the accounts file and are tried until they are taken: several at a time, each at a time of its own. */
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
  const attempts = attemptsOf({ mails, post, blogTitle, clock, logger, onOutcome, stopping: stopping.signal })
  const worker = workerOf({ mails, clock, logger, attempt: attempts.attempt, stopping: stopping.signal })
  const forgetInvitations = (): void => {
    if (mails.forgetInvitations()) worker.wipeSoon()
    post.forgetInvitations(mails.isOpen)
  }
  return {
    send(mail) {
      if (mails.count().waiting >= limits.mailsWaitingMax) {
        onOutcome('dropped')
        return logger.error('too many mails wait; one is dropped')
      }
      const text = `${mail.text}${signature(blogTitle())}`
      mails.add({ ...mail, text }, { id: ids.next(), at: clock.now().toISOString(), due: clock.steady() })
      // After the transaction that this may be part of, which ends before anything else runs.
      queueMicrotask(worker.look)
    },
    forget(whose) {
      post.forget(whose)
      forgetInvitations()
      worker.wipeSoon()
    },
    forgetInvitations,
    start() {
      mails.unparkAll(clock.steady())
      mails.bringNearer(clock.steady() + limits.mailRetryMs.max)
      worker.start()
    },
    forgetOld() {
      const before = new Date(earliest(clock) - limits.mailDaysMax * 86_400_000).toISOString()
      if (mails.forgetOld(before)) worker.wipeSoon()
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
  attempt: ReturnType<typeof attemptsOf>['attempt']
  stopping: AbortSignal
}

const workerOf = ({ mails, clock, logger, attempt, stopping }: Worker) => {
  const under = new Map<string, Promise<void>>()
  let running = false
  let alarm: NodeJS.Timeout | undefined
  let isToBeWiped = false

  const begin = (mail: Parameters<typeof attempt>[0]): void => {
    const work = attempt(mail)
      .catch((error: unknown) => {
        logger.error({ err: error }, 'what came of a mail could not be written down')
        return pause(limits.mailRetryMs.initial, stopping)
      })
      .finally(() => {
        under.delete(mail.id)
        isToBeWiped = true
        look()
      })
    under.set(mail.id, work)
  }

  /** Begins what is due and can be, and looks again when that ends or the next is due. */
  const look = (): void => {
    clearTimeout(alarm)
    if (!running || stopping.aborted) return
    const now = clock.steady()
    // As many as may be under way: while fewer are, one of these at least is not.
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
      // One that a server is taking this moment may end well; no longer than this is waited for.
      const waited = new AbortController()
      await Promise.race([Promise.all(under.values()), pause(limits.mailStopMsMax, waited.signal)])
      waited.abort()
    },
  }
}
