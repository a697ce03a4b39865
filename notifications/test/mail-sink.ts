import { once } from 'node:events'
import { SMTPServer } from 'smtp-server'

interface TakenMail {
  to: string
  from: string
  /** The whole message, with its head. */
  message: string
  subject: string
  /** The message with its lines and letters put together again. */
  text: string
}

/** Quoted-printable (RFC 2045), and the words of a head that are written alike (RFC 2047). */
const plain = (text: string): string =>
  Buffer.from(
    text
      .replaceAll(/=\r?\n/g, '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  ).toString()

const subjectOf = (message: string): string => {
  const [, folded = ''] = /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(message) ?? []
  const words = folded.replaceAll(/\?=\s+=\?UTF-8\?Q\?/gi, '')
  return plain(words.replaceAll(/=\?UTF-8\?Q\?|\?=/gi, '').replaceAll('_', ' ')).replaceAll(/\s+/g, ' ')
}

interface Refusals {
  /** A reply code for a recipient; undefined to take it. */
  recipient?: (address: string) => number | undefined
  /** Called before a message is taken, and after it was kept in `taken`; may wait, or throw to refuse it. */
  taking?: (mail: TakenMail) => Promise<void> | void
  port?: number
}

/** A real mail server, which keeps what it takes in a list. */
export const startMailSink = async ({ recipient, taking, port = 0 }: Refusals = {}) => {
  const taken: TakenMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    closeTimeout: 100,
    onRcptTo({ address }, _session, done) {
      const code = recipient?.(address)
      done(code === undefined ? null : Object.assign(new Error('refused'), { responseCode: code }))
    },
    onData(stream, { envelope }, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', async () => {
        const [to] = envelope.rcptTo
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        const message = Buffer.concat(parts).toString('latin1')
        const mail = {
          to: to?.address ?? '',
          from,
          message,
          subject: subjectOf(message),
          text: plain(message),
        }
        try {
          await taking?.(mail)
          taken.push(mail)
          done()
        } catch {
          done(Object.assign(new Error('later'), { responseCode: 451 }))
        }
      })
    },
  })
  // Clients that are killed in the middle are what this is for.
  server.on('error', () => {})
  server.listen(port, '127.0.0.1')
  await once(server.server, 'listening')
  const address = server.server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : 0
  return {
    taken,
    smtp: { host: '127.0.0.1', port: bound, secure: false, user: undefined, password: undefined },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
