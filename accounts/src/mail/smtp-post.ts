import { openSmtp, type Smtp } from '@logbook/chassis/mail/smtp.ts'
import { limits } from '../limits.ts'
import type { Post } from './mail.ts'

/** Mails over SMTP, each in a connection of its own, so that one that hangs keeps no other waiting. */
export const smtpPost = (options: { smtp: Smtp; from: string; site: string }): Post => {
  const smtp = openSmtp({ ...options, msMax: limits.smtpMsMax })
  return {
    deliver: ({ id, at, to, subject, text }, blogTitle) =>
      smtp.deliver({ id, at, to, subject, text }, blogTitle),
    forget: () => {},
    forgetInvitations: () => {},
  }
}
