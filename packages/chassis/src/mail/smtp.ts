import type { Socket } from 'node:net'
import type { SendMailOptions } from 'nodemailer'
import { isLoopback } from '../http/loopback.ts'
import { undelivered } from './refusal.ts'
import { senderOf } from './sender.ts'
import { openWatched } from './watched-socket.ts'

export interface Smtp {
  host: string
  port: number
  secure: boolean
  user: string | undefined
  password: string | undefined
}

/** A mail as it leaves: its id and time stay the same however often it is tried. */
export interface OutgoingMail {
  id: string
  /** When it was written, RFC 3339 in UTC. */
  at: string
  to: string
  subject: string
  text: string
  html?: string
  headers?: Readonly<Record<string, string>>
}

/** The key that mails are signed with (DKIM, RFC 6376): in PEM, published under `selector` of the domain of the sender. */
export interface DkimKey {
  domain: string
  selector: string
  privateKey: string
}

interface SmtpOptions {
  smtp: Smtp
  /** An address, or a name and an address in angle brackets. */
  from: string
  /** The host that ids of messages are of. */
  site: string
  msMax: { connect: number; greeting: number; silence: number }
  /** True to send one mail after the other over one connection; otherwise each has its own, so that one that hangs keeps no other waiting. */
  isKept?: boolean
  dkim?: DkimKey | undefined
}

/** One-click unsubscribing counts only where DKIM covers these headers (RFC 8058, section 4). */
const signedHeaders =
  'from:sender:reply-to:subject:date:message-id:to:mime-version:content-type:list-unsubscribe:list-unsubscribe-post:list-id'

/**
 * Mails over SMTP. A mail that is sent twice, since the word that it was taken got lost, has the same Message-ID both times. Without TLS
 * none goes to another machine. The library is loaded with the first mail.
 */
export const openSmtp = ({ smtp, from, site, msMax, isKept = false, dkim }: SmtpOptions) => {
  const { host, port, secure, user, password } = smtp
  const open = async () => {
    const { createTransport } = await import('nodemailer')
    const common = {
      ...{ host, port, secure },
      ...{ greetingTimeout: msMax.greeting, socketTimeout: msMax.silence },
      getSocket: (_: unknown, opened: (error: Error | null, options?: { connection: Socket }) => void) =>
        openWatched({ host, port, msMax }, (error, connection) =>
          opened(error, connection && { connection }),
        ),
      // Who stands between could take STARTTLS out of what the server offers, and read the password and the links.
      requireTLS: !secure && !isLoopback(host),
      ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
      ...(dkim === undefined
        ? {}
        : {
            dkim: {
              domainName: dkim.domain,
              keySelector: dkim.selector,
              privateKey: dkim.privateKey,
              headerFieldNames: signedHeaders,
            },
          }),
    }
    return isKept
      ? createTransport({ ...common, pool: true, maxConnections: 1, maxMessages: Infinity, maxRequeues: 0 })
      : createTransport(common)
  }
  let transport: ReturnType<typeof open> | undefined

  return {
    /** Resolves once the server has taken it. Throws `Undelivered`. */
    async deliver({ id, at, to, headers, ...said }: OutgoingMail, senderName: string): Promise<void> {
      transport ??= open()
      const mail: SendMailOptions = {
        from: senderOf(from, senderName),
        // Taken as it is: an address with a comma in it is not two.
        to: { name: '', address: to },
        ...said,
        date: new Date(at),
        messageId: `<${id}@${site}>`,
        headers: { 'Auto-Submitted': 'auto-generated', ...headers },
      }
      try {
        await (await transport).sendMail(mail)
      } catch (error) {
        throw undelivered(error)
      }
    },
    async close(): Promise<void> {
      if (transport !== undefined) (await transport).close()
    },
  }
}
