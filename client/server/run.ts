import { once } from 'node:events'
import { createServer } from 'node:http'
import { flushCompileCache } from 'node:module'
import { isIPv6 } from 'node:net'
import { createClient } from './client.ts'
import type { Config } from './config.ts'
import { watchCallers } from './kept-connections.ts'

const stopMsMax = 10_000
const headMsMax = 10_000
const requestMsMax = 30_000
const silenceMsMax = 120_000
const slowCallerSweepMs = 2_000
/** Longer than the gateway keeps an idle connection, so that it is never this side that closes under a request. */
const idleMsMax = 75_000

/** Starts the client and returns its address and how to end it. Port 0 lets the system choose. */
const startClient = async ({ config, dev }: { config: Config; dev: boolean }) => {
  // A caller that sends a head or a body drop by drop, or takes nothing of its answer, is hung up on.
  const server = createServer({ connectionsCheckingInterval: slowCallerSweepMs })
  server.headersTimeout = headMsMax
  server.requestTimeout = requestMsMax
  server.timeout = silenceMsMax
  server.keepAliveTimeout = idleMsMax
  const callers = watchCallers(server)
  const { app, close: closeApp } = await createClient({ config, dev, server })
  server.on('request', app)
  server.listen(config.port, config.host)
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : config.port
  const close = async () => {
    await callers.sendAway()
    const closed = once(server, 'close')
    server.close()
    server.closeIdleConnections()
    const cut = setTimeout(() => server.closeAllConnections(), stopMsMax)
    await closed
    clearTimeout(cut)
    await closeApp()
  }
  return { url: `http://${isIPv6(config.host) ? `[${config.host}]` : config.host}:${port}`, close }
}

/** The process: listens, says so in one line, and ends in order on a signal or when the parent that forked it is gone. */
export const runClient = async (options: { config: Config; dev: boolean }): Promise<void> => {
  const { url, close } = await startClient(options)
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    void close().then(() => process.exit(0))
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop)
  if (process.connected) process.once('disconnect', stop)
  process.stdout.write(
    `${JSON.stringify({ level: 30, time: new Date().toISOString(), service: 'client', url, msg: 'client listens' })}\n`,
  )
  process.send?.({ kind: 'listening', url })
  flushCompileCache()
}
