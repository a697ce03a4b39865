import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '@logbook/chassis/log.ts'
import { createTransport } from 'nodemailer'
import { limits } from '../limits.ts'
import type { Post } from './mail.ts'
import { senderOf } from './sender.ts'

interface FolderPost {
  /** Made where it is not there. */
  folder: string
  from: string
  log: Logger
}

const suffix = '.eml'
const half = '.half'
/** Before the id of the invitation, in the names of mails that invite. */
const invitationSign = '.invitation-'
const accountHeader = 'X-Account'

/** Mails as files in a folder, named in the order of their writing; the log says which file: for a blog without a mail server. */
export const folderPost = ({ folder, from, log }: FolderPost): Post => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' })
  const files = () => readdirSync(folder).filter((name) => name.endsWith(suffix))
  // What a crash left of one that was not written to its end.
  for (const name of readdirSync(folder)) if (name.endsWith(half)) rmSync(join(folder, name), { force: true })

  return {
    async deliver({ id, at, personId, invitationId, to, subject, text }, blogTitle) {
      const headers = personId === undefined ? {} : { [accountHeader]: personId }
      const { message } = await transport.sendMail({
        ...{ from: senderOf(from, blogTitle), to, subject, text, headers },
        date: new Date(at),
      })
      // The same name when it is tried again, so that there is one of it.
      const invitation = invitationId === undefined ? '' : `${invitationSign}${invitationId}`
      const name = `${at.replaceAll(':', '-')}-${id}${invitation}${suffix}`
      const file = join(folder, name)
      writeFileSync(`${file}${half}`, String(message), { mode: 0o600 })
      renameSync(`${file}${half}`, file)
      // Whoever has its link can take the account: that is for who may read the folder, not for who reads the log.
      log.info({ mail: subject, file }, 'a mail is in the outbox')
      for (const old of files().sort().slice(0, -limits.outboxMailsMax))
        rmSync(join(folder, old), { force: true })
    },
    forgetInvitations(isOpen) {
      for (const name of files()) {
        const [, invitation] = name.slice(0, -suffix.length).split(invitationSign)
        if (invitation !== undefined && !isOpen(invitation)) rmSync(join(folder, name), { force: true })
      }
    },
    forget({ personId, address }) {
      const signs = [`${accountHeader}: ${personId}`, ...(address === '' ? [] : [address])]
      for (const name of files()) {
        const head = (readFileSync(join(folder, name), 'utf8').split('\n\n', 1)[0] ?? '').toLowerCase()
        if (signs.some((sign) => head.includes(sign.toLowerCase())))
          rmSync(join(folder, name), { force: true })
      }
    },
  }
}
