import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { connect } from 'node:net'
import type { Upgrades } from '@logbook/chassis/http/server.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import { createGateway, type GatewayOptions } from '@logbook/gateway/app.ts'
import supertest from 'supertest'
import { onTestFinished } from 'vitest'

const names = [
  'client',
  'posts',
  'comments',
  'query',
  'moderation',
  'accounts',
  'notifications',
  'media',
] as const
type Name = (typeof names)[number]

/** A server for the length of one test. */
const serve = async (listener: RequestListener, upgrades?: Upgrades): Promise<string> => {
  const shouldUpgradeCallback: Upgrades['takes'] = (req) => upgrades?.takes(req) ?? false
  const server = createServer({ shouldUpgradeCallback }, listener)
  if (upgrades) server.on('upgrade', upgrades.upgrade)
  return (await serveForTest(server)).url
}

/** A connection for the length of one test, on which bytes are sent as they are; `got` is all that came back by now. */
export const openSocket = (url: string) => {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) }).setEncoding('latin1')
  onTestFinished(() => void socket.destroy())
  const opened = { socket, got: '' }
  socket.on('data', (chunk) => {
    opened.got += chunk
  })
  return opened
}

interface Seen {
  name: Name
  req: IncomingMessage
  body: string
}

interface RunningOptions extends Partial<GatewayOptions> {
  /** What a service answers; without it, its name, the method and the address. */
  handlers?: Partial<Record<Name, RequestListener>>
  /** What the log answers; without it, nothing. */
  busHandler?: RequestListener
}

/** A gateway before stand-ins of the services, each noting what it is sent. */
export const startGateway = async ({ handlers = {}, busHandler, ...options }: RunningOptions = {}) => {
  const seen: Seen[] = []
  const entries = names.map(
    async (name): Promise<[Name, string]> => [
      name,
      await serve(async (req, res) => {
        const handler = handlers[name]
        if (handler) {
          seen.push({ name, req, body: '' })
          return handler(req, res)
        }
        let body = ''
        try {
          for await (const chunk of req) body += chunk
        } catch {
          // The gateway hung up on a request that it would not have.
        }
        seen.push({ name, req, body })
        return res.end(`${name} ${req.method} ${req.url}`)
      }),
    ],
  )
  const upstreams = Object.fromEntries(await Promise.all(entries)) as Record<Name, string>
  const gateway = createGateway({
    upstreams,
    busUrl: busHandler ? await serve(busHandler) : 'http://127.0.0.1:9',
    publicUrl: 'https://blog.example',
    logger: silentLogger,
    ...options,
  })
  onTestFinished(() => gateway.close())
  const url = await serve(gateway.app, gateway.upgrades)
  return {
    url,
    app: gateway.app,
    start: () => void gateway.start(),
    close: () => gateway.close(),
    upgrades: gateway.upgrades,
    drain: () => gateway.drain?.(),
    agent: supertest(url),
    seen,
    of: (name: Name) => seen.filter((each) => each.name === name),
  }
}
