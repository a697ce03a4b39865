import { hash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readAddress } from '@logbook/contracts/http/address.ts'
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

/** There are no WebSockets but the development server's. */
const refuseWebSockets: RequestHandler = (req, res, next) => {
  if (!/\bwebsocket\b/i.test(req.headers.upgrade ?? '')) return next()
  res.status(404).set('Connection', 'close').type('text/plain').send('There are no WebSockets here.\n')
}

/** Answers what is no canonical address: a read of another spelling is sent on with 308, all else is refused. */
const canonicalOnly: RequestHandler = (req, res, next) => {
  const read = readAddress(req.url)
  if (read.kind === 'canonical') return next()
  const isRead = req.method === 'GET' || req.method === 'HEAD'
  if (read.kind === 'moved' && isRead)
    return void res.set({ Location: read.to, 'Cache-Control': 'no-cache' }).status(308).end()
  return void res.status(read.kind === 'repeated' ? 422 : 400).end()
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
  return [express.Router().use('/assets', lasting), others]
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

const mountSources = async ({
  app,
  server,
  ...parts
}: Mounting & { server: Server }): Promise<() => Promise<void>> => {
  const { createServer } = await import('vite')
  const vite = await createServer({
    configFile: join(clientFolder, 'vite.config.ts'),
    server: { middlewareMode: { server } },
    appType: 'custom',
  })
  app.use(vite.middlewares, canonicalOnly)
  app.use(async (req, res, next) => {
    try {
      const { createPages } = (await vite.ssrLoadModule('./server/app.ts')) as ServerModule
      createPages({ ...parts, readerScript: '/reader/main.ts' })(req, res, next)
    } catch (error) {
      if (error instanceof Error) vite.ssrFixStacktrace(error)
      next(error)
    }
  })
  return () => vite.close()
}

/**
 * The client's web server: health, files, pages. `dev` serves the sources through Vite instead of what was built. `renderer`
 * renders what people wrote, and is closed with it.
 */
export const createClient = async (options: {
  config: Config
  dev: boolean
  server: Server
  renderer?: Renderer
}): Promise<{ app: Express; close: () => Promise<void> }> => {
  const { config, dev, server, renderer = createRenderer(rendering) } = options
  const app = express()
  app.disable('x-powered-by').enable('strict routing').enable('case sensitive routing')
  app.get(['/health', '/health/live', '/health/ready'], (_req, res) => {
    res
      .set('Cache-Control', 'no-store')
      .json({ status: 'ok', service: 'client', rendering: renderer.status() })
  })
  app.use(assignNonce, securityHeaders({ dev }))
  if (!dev) app.use(refuseWebSockets, canonicalOnly)
  app.use(boundBody, compression({ filter: isToBeCompressed }))
  const painter = createPainter()
  const parts = { app, config, renderer, painter }
  const closePages = dev ? await mountSources({ ...parts, server }) : await mountBuilt(parts)
  return {
    app,
    async close() {
      await closePages?.()
      await Promise.all([renderer.close(), painter.close()])
    },
  }
}
