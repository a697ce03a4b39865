import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// The peer of the measurement: Node's own server and nothing else, sending the same bytes at every address.
const { body, contentType } = JSON.parse(process.env.ANSWER ?? '{}') as { body: string; contentType: string }
const bytes = Buffer.from(body)
const server = createServer((req, res) => {
  if (req.headers['if-none-match'] !== undefined) {
    res.writeHead(304, { ETag: '"known"' }).end()
    return
  }
  res.writeHead(200, { 'Content-Type': contentType, 'Content-Length': bytes.length }).end(bytes)
})
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
process.on('SIGTERM', () => {
  server.closeAllConnections()
  server.close(() => process.exit(0))
})
