import { createReadStream, createWriteStream, readFileSync, statSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'

// The peer and the other host: Node's own server, which sends FILE, from memory where it is small, and appends what is sent to SINK and syncs it.
const { FILE, SINK = '' } = process.env
const inMemoryBytesMax = 1_000_000
const bytes = FILE === undefined ? 0 : statSync(FILE).size
const small = FILE === undefined || bytes > inMemoryBytesMax ? undefined : readFileSync(FILE)

const send = async (file: string, res: ServerResponse): Promise<void> => {
  res.setHeader('Content-Length', bytes)
  if (small) res.end(small)
  else await pipeline(createReadStream(file), res)
}

const server = createServer(async (req, res) => {
  try {
    if (req.method === 'GET') return await send(FILE ?? '', res)
    await pipeline(req, createWriteStream(SINK, { flags: 'a', flush: true }))
    res.writeHead(204).end()
  } catch {
    // The caller has left.
    res.destroy()
  }
})
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
process.on('SIGTERM', () => {
  server.closeAllConnections()
  server.close(() => process.exit(0))
})
