import { PassThrough } from 'node:stream'
import { createReadableStreamFromReadable } from '@react-router/node'
import { isbot } from 'isbot'
import { renderToPipeableStream } from 'react-dom/server'
import {
  type EntryContext,
  type HandleErrorFunction,
  isRouteErrorResponse,
  type RouterContextProvider,
  ServerRouter,
} from 'react-router'
import { NonceContext } from './features/page/nonce.ts'
import { blogContext } from './services/blog.server.ts'

const renderMsMax = 10_000

/** Streams a page as HTML. Whoever can't run scripts is given all of it at once. */
export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  routerContext: EntryContext,
  loadContext: RouterContextProvider,
): Promise<Response> | Response {
  headers.set('Content-Type', 'text/html; charset=utf-8')
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'private, no-cache')
  if (request.method === 'HEAD') return new Response(null, { status, headers })
  const { nonce } = loadContext.get(blogContext)
  const userAgent = request.headers.get('user-agent')
  const whole = userAgent === null || isbot(userAgent)
  return new Promise((resolve, reject) => {
    const respond = () => {
      const body = new PassThrough()
      body.on('close', () => clearTimeout(late))
      resolve(new Response(createReadableStreamFromReadable(body), { status, headers }))
      pipe(body)
    }
    const { pipe, abort } = renderToPipeableStream(
      <NonceContext value={nonce}>
        <ServerRouter context={routerContext} url={request.url} nonce={nonce} />
      </NonceContext>,
      {
        nonce,
        [whole ? 'onAllReady' : 'onShellReady']: respond,
        onShellError: reject,
        onError: (error) => logError(error),
      },
    )
    const late = setTimeout(() => abort(), renderMsMax)
  })
}

const logError = (error: unknown, path = ''): void => {
  if (isRouteErrorResponse(error)) return
  const err =
    error instanceof Error ? { message: error.message, stack: error.stack } : { message: String(error) }
  process.stderr.write(
    `${JSON.stringify({ level: 50, time: new Date().toISOString(), service: 'client', path, err })}\n`,
  )
}

/** Errors that are a page of their own (404, 503) are no news; whatever else is goes to the log. */
export const handleError: HandleErrorFunction = (error, { request }) => {
  // A form from another site is refused before it does anything: whoever sends many must not fill the log.
  const isRefused = error instanceof Error && error.message.includes('`origin` header')
  if (!request.signal.aborted && !isRefused) logError(error, new URL(request.url).pathname)
}
