import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A web server on a free port of this machine, which ends with the test. */
export const serveForTest = async (
  given: RequestListener | Server,
): Promise<{ url: string; port: number }> => {
  const server = typeof given === 'function' ? createServer(given) : given
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, port }
}
