import { hash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type IncomingMessage, Server } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { canonicalOnly } from '@logbook/chassis/http/address.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import { comesFromHere } from '@logbook/chassis/http/loopback.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { notFound } from '@logbook/chassis/problem.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { createRenderer, type Renderer } from '@logbook/markdown/threads/renderer.ts'
import compression from 'compression'
import express, { type Express, type RequestHandler } from 'express'
import helmet from 'helmet'
import { createPainter, type Painter } from '../pictures/painter.ts'
import type { createPages } from './app.ts'
import type { Config } from './config.ts'

interface ServerModule {
  createPages: typeof createPages
}

const clientFolder = join(import.meta.dirname, '..')
const build = join(clientFolder, 'build')
const serverFile = join(build, 'server/index.js')
const readerManifest = join(build, 'client/.vite/reader.json')

/**
 * No script runs but the blog's own files and those that the server names by a nonce in this very answer, and no style but the blog's own files. Pictures of posts
 * may come from anywhere. While developing, Vite's injected styles and its socket are allowed as well.
 */
const securityHeaders = ({ dev }: { dev: boolean }): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", (_req, res) => `'nonce-${(res as unknown as express.Response).locals.nonce}'`],
        styleSrc: ["'self'", ...(dev ? ["'unsafe-inline'"] : [])],
        imgSrc: ["'self'", 'https:', 'http:', 'data:'],
        connectSrc: ["'self'", ...(dev ? ['ws:'] : [])],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        // All browsers know it; its successor wants TLS, which a blog at home does not have.
        reportUri: ['/csp-reports'],
      },
    },
    // With no-referrer, browsers send `Origin: null` with plain forms, and the check against forged requests refuses them.
    referrerPolicy: { policy: 'same-origin' },
    // Whether there is TLS is decided before this process.
    strictTransportSecurity: false,
  })

const assignNonce: RequestHandler = (_req, res, next) => {
  res.locals.nonce = randomBytes(16).toString('base64')
  next()
}

const bodyBytesMax = 3_000_000
const rendering = { threads: 2, keptCharsMax: 48_000_000 }

/** A form is read into memory as a whole, hence must say how long it is, and not be longer than any form here can be. */
const boundBody: RequestHandler = (req, res, next) => {
  const length = req.headers['content-length']
  if (req.headers['transfer-encoding'] !== undefined && length === undefined)
    return void res.status(411).end()
  if (Number(length ?? 0) > bodyBytesMax) return void res.status(413).end()
  return next()
}

/** Pages that may be kept come compressed, or as they are. */
const isToBeCompressed: compression.CompressionFilter = (req, res) =>
  !res.hasHeader(names.viewState) && compression.filter(req, res)

const serveBuild = (): RequestHandler[] => {
  const files = join(build, 'client')
  // Names under /assets hold a digest of what is in them.
  const lasting = express.static(join(files, 'assets'), {
    immutable: true,
    maxAge: '1y',
    index: false,
    redirect: false,
  })
  const others = express.static(files, { maxAge: '1h', index: false, redirect: false })
  // The address of a page costs no look at the disk.
  const names = new Set(readdirSync(files).map((name) => `/${name}`))
  return [
    express.Router().use('/assets', lasting),
    (req, res, next) => (names.has(req.path) ? others(req, res, next) : next()),
  ]
}

/** Which build this is, for the gateway: what its pages name is gone when another one answers. */
const nameBuild = (): RequestHandler => {
  const id = hash(
    'sha256',
    readFileSync(serverFile, 'utf8') + readFileSync(readerManifest, 'utf8'),
    'base64url',
  ).slice(0, 16)
  return (_req, res, next) => {
    res.set(names.buildId, id)
    next()
  }
}

const loadBuilt = async (): Promise<ServerModule> => {
  if (!existsSync(serverFile)) throw new Error('The client is not built. Run `npm run build`.')
  return import(pathToFileURL(serverFile).href) as Promise<ServerModule>
}

interface Mounting {
  app: Express
  config: Config
  renderer: Renderer
  painter: Painter
}

/** The one file that the script of pages that are read was built into. */
const readerFile = (): string => {
  const manifest = JSON.parse(readFileSync(readerManifest, 'utf8')) as Record<string, { file: string }>
  return `/${manifest['reader/main.ts']?.file}`
}

const mountBuilt = async ({ app, ...parts }: Mounting): Promise<void> => {
  const { createPages } = await loadBuilt()
  app.use(nameBuild(), serveBuild(), createPages({ ...parts, readerScript: readerFile() }))
}

/** Also returns how to stop, and the server on which Vite awaits its WebSockets: it never listens by itself. */
const mountSources = async ({ app, ...parts }: Mounting) => {
  const sockets = new Server()
  const { createServer } = await import('vite')
  const vite = await createServer({
    configFile: join(clientFolder, 'vite.config.ts'),
    server: { middlewareMode: true, ws: { server: sockets } },
    appType: 'custom',
  })
  app.use(vite.middlewares, canonicalOnly())
  app.use(async (req, res, next) => {
    try {
      const { createPages } = (await vite.ssrLoadModule('./server/app.ts')) as ServerModule
      createPages({ ...parts, readerScript: '/reader/main.ts' })(req, res, next)
    } catch (error) {
      if (error instanceof Error) vite.ssrFixStacktrace(error)
      next(error)
    }
  })
  return { sockets, closeSources: () => vite.close() }
}

/** What a service answers of itself. Metrics are for programs of this machine: the client knows no tokens. All else is pages and files. */
const isOfService = (req: IncomingMessage): boolean =>
  /^\/health(?:\/(?:live|ready))?(?:$|\?)/.test(req.url ?? '') ||
  (/^\/metrics(?:$|\?)/.test(req.url ?? '') && comesFromHere(req))

interface ClientOptions {
  config: Config
  /** Serves the sources through Vite instead of what was built. */
  dev: boolean
  logger: Logger
  /** Renders what people wrote; it is closed with the client. */
  renderer?: Renderer
}

/** The client's web server: health, metrics, files, pages. */
export const createClient = async (options: ClientOptions): Promise<Service> => {
  const { config, dev, logger, renderer = createRenderer(rendering) } = options
  const pages = express()
  pages.disable('x-powered-by').enable('strict routing').enable('case sensitive routing')
  pages.use(assignNonce, securityHeaders({ dev }))
  if (!dev) pages.use(canonicalOnly())
  pages.use(boundBody, compression({ filter: isToBeCompressed }))
  const painter = createPainter()
  const parts = { app: pages, config, renderer, painter }
  const sources = dev ? await mountSources(parts) : await mountBuilt(parts)
  return {
    app: createHttpApp({
      ...{ name: 'client', logger, router: express.Router(), origins: [] },
      health: () => ({ ready: true, rendering: renderer.status() }),
      fastPath: (req, res, fail) => {
        if (isOfService(req)) return undefined
        const next = (error?: unknown) => fail(error ?? notFound('such page'))
        pages(req as express.Request, res as express.Response, next)
        return '/{page}'
      },
    }),
    ...(sources && {
      upgrades: {
        takes: () => true,
        upgrade: (...handshake) => void sources.sockets.emit('upgrade', ...handshake),
      },
    }),
    start() {},
    async close() {
      await sources?.closeSources()
      await Promise.all([renderer.close(), painter.close()])
    },
  }
}
