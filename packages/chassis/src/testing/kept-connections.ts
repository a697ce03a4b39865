import { once } from 'node:events'
import { Agent, createServer, type RequestListener } from 'node:http'
import supertest, { type Test } from 'supertest'

const appHeader = 'x-app-of-test'
const apps = new Map<string, RequestListener>()
let connected = 0

/** One server for all apps of all tests of this process. A header says which app a request is for. */
const server = createServer((req, res) => {
  const app = apps.get(String(req.headers[appHeader]))
  delete req.headers[appHeader]
  if (app === undefined) res.writeHead(421).end('The test that this app belongs to is over.')
  else app(req, res)
})
// No idle connection is closed just when a request goes out on it.
server.keepAliveTimeout = 0
// Nothing of it keeps a process that has done its work.
server.on('connection', (socket) => socket.unref())
await once(server.listen(0, '127.0.0.1').unref(), 'listening')

const connections = new Agent({ keepAlive: true })

/**
 * Sends requests to an app or an address over connections that are kept. `supertest(app)` listens and connects again for each
 * request: thousands of closed connections then stay with the system for a minute, and each slows its search for a free port.
 */
export const connectTo = (target: RequestListener | string) => {
  const key = String(++connected)
  if (typeof target !== 'string') apps.set(key, target)
  return {
    /** Sends requests with this `Authorization`, or with none. */
    agent(authorization = '') {
      const agent = supertest
        .agent(typeof target === 'string' ? target : server)
        .use((request: Test) => request.agent(connections))
      if (typeof target !== 'string') agent.set(appHeader, key)
      return authorization === '' ? agent : agent.set('Authorization', authorization)
    },
    close: () => void apps.delete(key),
  }
}
