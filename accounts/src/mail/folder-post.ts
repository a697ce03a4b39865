import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { accountHeader, type MailFolder, mailSuffix, openMailFolder } from '@logbook/chassis/mail/folder.ts'
import { limits } from '../limits.ts'
import type { Post } from './mail.ts'

/** Before the id of the invitation, in the names of mails that invite. */
const invitationSign = '.invitation-'

/** Mails as files in a folder, for a blog without a mail server. */
export const folderPost = (options: Omit<MailFolder, 'mailsMax'>): Post => {
  const { folder } = options
  const mails = openMailFolder({ ...options, mailsMax: limits.outboxMailsMax })

  return {
    async deliver({ id, at, personId, invitationId, to, subject, text }, blogTitle) {
      const note = invitationId === undefined ? '' : `${invitationSign}${invitationId}`
      await mails.deliver({ id, at, to, subject, text }, blogTitle, { account: personId, note })
    },
    forgetInvitations(isOpen) {
      for (const name of mails.files()) {
        const [, invitation] = name.slice(0, -mailSuffix.length).split(invitationSign)
        if (invitation !== undefined && !isOpen(invitation)) rmSync(join(folder, name), { force: true })
      }
    },
    forget({ personId, address }) {
      const signs = [`${accountHeader}: ${personId}`, ...(address === '' ? [] : [address])]
      for (const name of mails.files()) {
        const head = (readFileSync(join(folder, name), 'utf8').split('\n\n', 1)[0] ?? '').toLowerCase()
        if (signs.some((sign) => head.includes(sign.toLowerCase())))
          rmSync(join(folder, name), { force: true })
      }
    },
  }
}
