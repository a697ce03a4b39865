import { once } from 'node:events'
import { createServer } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { listening } from './listening.ts'

interface Taken {
  to: string
  /** The whole message, with its head. */
  message: string
}

interface Refusals {
  /** A reply code for a recipient, `hang` for none ever, undefined to take it. */
  recipient?: (address: string) => number | 'hang' | undefined
  /** Called before a message is taken; may wait, or throw to refuse it. */
  taking?: (to: string) => Promise<void> | void
}

const refusal = (code: number): Error => Object.assign(new Error('refused'), { responseCode: code })

/** A port of this machine on which nothing listens. */
export const freePort = async (): Promise<number> => {
  const probe = createServer()
  const port = await listening(probe)
  probe.close()
  await once(probe, 'close')
  return port
}

/** A real mail server, which keeps what it takes in a list. */
export const startMailServer = async ({ recipient, taking, port = 0 }: Refusals & { port?: number } = {}) => {
  const taken: Taken[] = []
  const logins: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    closeTimeout: 100,
    onAuth({ username, password }, _session, done) {
      logins.push(`${username}:${password}`)
      done(null, { user: username ?? '' })
    },
    onRcptTo({ address }, _session, done) {
      const answer = recipient?.(address)
      if (answer === 'hang') return
      done(answer === undefined ? null : refusal(answer))
    },
    onData(stream, { envelope }, done) {
      const [to = { address: '' }] = envelope.rcptTo
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', async () => {
        try {
          await taking?.(to.address)
          taken.push({ to: to.address, message: Buffer.concat(parts).toString() })
          done()
        } catch {
          done(refusal(451))
        }
      })
    },
  })
  // Clients that are killed in the middle are what this is for.
  server.on('error', () => {})
  server.listen(port, '127.0.0.1')
  await once(server.server, 'listening')
  const address = server.server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    taken,
    logins,
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  }
}
export type MailServer = Awaited<ReturnType<typeof startMailServer>>
