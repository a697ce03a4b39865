import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the peer sends at every address: names and values of a head in turn, and a body. */
export interface BareAnswers {
  head: string[]
  body: string
  /** The head of a 304, for who has it. */
  knownHead: string[]
}

// The peer of the measurement: Node's own server and nothing else.
const { head, body, knownHead } = JSON.parse(process.env.ANSWERS ?? '{}') as BareAnswers
const bytes = Buffer.from(body)
const server = createServer((req, res) => {
  if (req.headers['if-none-match'] !== undefined) res.writeHead(304, knownHead).end()
  else res.writeHead(200, head).end(bytes)
})
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
process.on('SIGTERM', () => {
  server.closeAllConnections()
  server.close(() => process.exit(0))
})
