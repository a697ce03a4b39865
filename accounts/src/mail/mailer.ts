import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '@logbook/chassis/clock.ts'
import type { Logger } from '@logbook/chassis/log.ts'
import { backoff, pause } from '@logbook/chassis/pause.ts'
import { createTransport } from 'nodemailer'
import { limits } from '../limits.ts'

export interface Mail {
  to: string
  subject: string
  text: string
  /** What the text asks to be opened, for whoever reads the outbox in the log. */
  link?: string
}

/** Where mails go. Sending never keeps a request waiting, so that no answer tells by its time whether a mail went out. */
export interface Mailer {
  send(mail: Mail): void
  /** Forgets what was written to an address. */
  forget(address: string): void
  close(): Promise<void>
}

export interface Smtp {
  host: string
  port: number
  secure: boolean
  user: string | undefined
  password: string | undefined
}

interface Outbox {
  folder: string
  from: string
  clock: Clock
  log: Logger
}

const suffix = '.eml'

/** Mails as files in a folder, named in the order of their writing, and their links in the log: for a blog without a mail server. */
export const outboxMailer = ({ folder, from, clock, log }: Outbox): Mailer => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' })
  const files = () => readdirSync(folder).filter((name) => name.endsWith(suffix))
  let count = 0
  let writing: Promise<void> = Promise.resolve()

  const write = async ({ to, subject, text, link }: Mail) => {
    try {
      const { message } = await transport.sendMail({ from, to, subject, text, date: clock.now() })
      const stamp = clock.now().toISOString().replaceAll(':', '-')
      const name = `${stamp}-${String(++count).padStart(4, '0')}${suffix}`
      writeFileSync(join(folder, name), String(message), { mode: 0o600 })
      log.info(
        { mail: subject, ...(link === undefined ? {} : { link }), file: name },
        'a mail is in the outbox',
      )
      for (const old of files().sort().slice(0, -limits.outboxMailsMax))
        rmSync(join(folder, old), { force: true })
    } catch (error) {
      log.error({ err: error }, 'a mail could not be written')
    }
  }

  return {
    send: (mail) => {
      writing = writing.then(() => write(mail))
    },
    forget: (address) => {
      writing = writing.then(() => {
        for (const name of files()) {
          const head = readFileSync(join(folder, name), 'utf8').split('\n\n', 1)[0] ?? ''
          if (head.toLowerCase().includes(address.toLowerCase())) rmSync(join(folder, name), { force: true })
        }
      })
    },
    close: () => writing,
  }
}

interface Attempt {
  mail: Mail
  forgotten: boolean
}

/** Mails over SMTP, one after another, each tried again where the server is away for the moment. */
export const smtpMailer = ({ smtp, from, log }: { smtp: Smtp; from: string; log: Logger }): Mailer => {
  const { host, port, secure, user, password } = smtp
  const auth = user === undefined ? {} : { auth: { user, pass: password ?? '' } }
  const transport = createTransport({ host, port, secure, ...auth, pool: true, maxConnections: 1 })
  const stopping = new AbortController()
  const waiting: Attempt[] = []
  let working: Promise<void> | undefined

  const deliver = async (attempt: Attempt) => {
    const { to, subject, text } = attempt.mail
    for (
      let tries = 0;
      tries < limits.mailTriesMax && !stopping.signal.aborted && !attempt.forgotten;
      tries++
    )
      try {
        await transport.sendMail({ from, to, subject, text })
        return
      } catch (error) {
        // What the server answers may name the address: only its code is kept.
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
        log.warn({ mail: subject, code, tries }, 'a mail could not be sent')
        await pause(backoff({ initial: 1_000, max: 60_000 }, tries), stopping.signal)
      }
  }
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await deliver(next)
    working = undefined
  }

  return {
    send: (mail) => {
      if (waiting.length >= limits.mailWaitingMax) return log.error('too many mails wait; one is dropped')
      waiting.push({ mail, forgotten: false })
      working ??= work()
    },
    forget: (address) => {
      for (const attempt of waiting) if (attempt.mail.to === address) attempt.forgotten = true
    },
    async close() {
      waiting.length = 0
      stopping.abort()
      transport.close()
      await working
    },
  }
}

/** A mail server where one is set, else the outbox. */
export const openMailer = ({
  smtp,
  outbox,
  mailFrom: from,
  clock,
  log,
}: {
  smtp: Smtp | undefined
  outbox: string
  mailFrom: string
  clock: Clock
  log: Logger
}): Mailer => (smtp ? smtpMailer({ smtp, from, log }) : outboxMailer({ folder: outbox, from, clock, log }))
