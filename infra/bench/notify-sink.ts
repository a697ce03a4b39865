import { once } from 'node:events'
import { SMTPServer } from 'smtp-server'

/** A mail server that takes all, keeps nothing, and tells its parent when it took each. */
const server = new SMTPServer({
  authOptional: true,
  hideSTARTTLS: true,
  onData(stream, _session, done) {
    stream.on('data', () => {})
    stream.on('end', () => {
      done()
      process.send?.({ atMs: performance.timeOrigin + performance.now() })
    })
  },
})
server.listen(0, '127.0.0.1')
await once(server.server, 'listening')
const address = server.server.address()
process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 })
process.once('disconnect', () => process.exit(0))
