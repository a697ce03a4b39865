import { isLoopback } from '@logbook/chassis/http/loopback.ts'
import { createTransport } from 'nodemailer'
import { limits } from '../limits.ts'
import { type Post, Undelivered } from './mail.ts'
import { senderOf } from './sender.ts'

export interface Smtp {
  host: string
  port: number
  secure: boolean
  user: string | undefined
  password: string | undefined
}

const codeOf = (
  error: unknown,
): { code: string; status: number | undefined; command: string | undefined } => {
  const { code, responseCode, command } = (error instanceof Error ? error : {}) as Partial<{
    code: string
    responseCode: number
    command: string
  }>
  return { code: code ?? 'unknown', status: responseCode, command }
}

/** Refused for what this one mail is, not for how we are set up or for how the server is at the moment. */
const isForGood = ({ status, command }: ReturnType<typeof codeOf>): boolean =>
  status !== undefined && status >= 500 && (command === 'RCPT TO' || command === 'DATA')

/**
 * Mails over SMTP, each in a connection of its own, so that one that hangs keeps no other waiting. A mail that is sent twice, since
 * the word that it was taken got lost, has the same Message-ID both times. Without TLS none goes to another machine.
 */
export const smtpPost = ({ smtp, from, site }: { smtp: Smtp; from: string; site: string }): Post => {
  const { host, port, secure, user, password } = smtp
  const { connect: connectionTimeout, greeting: greetingTimeout, silence: socketTimeout } = limits.smtpMsMax
  const transport = createTransport({
    ...{ host, port, secure, connectionTimeout, greetingTimeout, socketTimeout },
    // Who stands between could take STARTTLS out of what the server offers, and read the password and the links.
    requireTLS: !secure && !isLoopback(host),
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
  })
  return {
    async deliver({ id, at, to, subject, text }, blogTitle) {
      try {
        await transport.sendMail({
          ...{ from: senderOf(from, blogTitle), to, subject, text },
          date: new Date(at),
          messageId: `<${id}@${site}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
      } catch (error) {
        const refusal = codeOf(error)
        const { code, status } = refusal
        throw new Undelivered(status === undefined ? code : `${code} ${status}`, {
          forGood: isForGood(refusal),
        })
      }
    },
    forget: () => {},
    forgetInvitations: () => {},
  }
}
