import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// The peer of the measurement: Node's own server, which sends the same bytes under the same head at every address.
const head = JSON.parse(process.env.HEAD ?? '[]') as string[]
const bytes = readFileSync(process.env.BODY_FILE ?? '')
const server = createServer((_req, res) => res.writeHead(200, head).end(bytes))
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
process.on('SIGTERM', () => {
  server.closeAllConnections()
  server.close(() => process.exit(0))
})
