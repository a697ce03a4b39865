import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../logger.ts'
import { senderOf } from './sender.ts'
import type { OutgoingMail } from './smtp.ts'

export interface MailFolder {
  /** Made where it is not there. */
  folder: string
  from: string
  logger: Logger
  /** Of all files in it, the oldest go. */
  mailsMax: number
}

export const mailSuffix = '.eml'
const half = '.half'
/** Whose a mail in the folder is: it goes with them. */
export const accountHeader = 'X-Account'

/** Mails as files in a folder, named in the order of their writing; the log says which file: for a site without a mail server. */
export const openMailFolder = ({ folder, from, logger, mailsMax }: MailFolder) => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const files = (): string[] => readdirSync(folder).filter((name) => name.endsWith(mailSuffix))
  // What a crash left of one that was not written to its end.
  for (const name of readdirSync(folder)) if (name.endsWith(half)) rmSync(join(folder, name), { force: true })

  return {
    files,
    /** `account` is whose it is, `note` stands in the name of the file. */
    async deliver(
      { at, id, to, headers, ...said }: OutgoingMail,
      senderName: string,
      { account, note = '' }: { account?: string | undefined; note?: string } = {},
    ): Promise<void> {
      const { createTransport } = await import('nodemailer')
      const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' })
      const { message } = await transport.sendMail({
        ...{ from: senderOf(from, senderName), to: { name: '', address: to }, ...said },
        headers: { ...headers, ...(account === undefined ? {} : { [accountHeader]: account }) },
        date: new Date(at),
      })
      // The same name when it is tried again, so that there is one of it.
      const file = join(folder, `${at.replaceAll(':', '-')}-${id}${note}${mailSuffix}`)
      writeFileSync(`${file}${half}`, String(message), { mode: 0o600 })
      renameSync(`${file}${half}`, file)
      // What its links open is for who may read the folder, not for who reads the log.
      logger.info({ mail: said.subject, file }, 'a mail is in the outbox')
      for (const old of files().sort().slice(0, -mailsMax)) rmSync(join(folder, old), { force: true })
    },
  }
}
