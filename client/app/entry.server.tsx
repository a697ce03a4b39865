import { Writable } from 'node:stream'
import { renderToPipeableStream, renderToStaticMarkup } from 'react-dom/server'
import {
  type EntryContext,
  type HandleErrorFunction,
  isRouteErrorResponse,
  type RouterContextProvider,
  ServerRouter,
} from 'react-router'
import { isReading, ScriptsContext } from './features/page/scripts.ts'
import { blogContext } from './services/blog.server.ts'
import { noteFailure, noteHtml, presentKeepability } from './services/page-record.server.ts'

const renderMsMax = 10_000

/** Collects what is written, and resolves with all of it. */
const collect = (onEnd: (html: string) => void): Writable => {
  const chunks: Buffer[] = []
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      // React goes on writing into the memory of its chunks.
      chunks.push(Buffer.from(chunk))
      done()
    },
    final(done) {
      onEnd(Buffer.concat(chunks).toString())
      done()
    },
  })
}

/** The whole page as HTML. Rejects where its frame can't be rendered. */
const render = (page: React.ReactNode, nonce: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { pipe, abort } = renderToPipeableStream(page, {
      nonce,
      // Nothing is sent before all is there, so nothing is put in its place by scripts later.
      progressiveChunkSize: Number.POSITIVE_INFINITY,
      onAllReady: () => {
        clearTimeout(late)
        pipe(collect(resolve))
      },
      onShellError: reject,
      onError: (error) => {
        noteFailure()
        logError(error)
      },
    })
    const late = setTimeout(() => abort(), renderMsMax)
  })

/** The same for a page that React never runs in, without the marks that it would need. One that fails is rendered in the other way, up to its failure. */
const renderOnce = (page: React.ReactNode, nonce: string): Promise<string> | string => {
  try {
    return `<!DOCTYPE html>${renderToStaticMarkup(page)}`
  } catch {
    return render(page, nonce)
  }
}

/** Answers with a page as HTML, all of it at once. One whose settings may be older than the rest is not rendered: it is made again. */
export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  routerContext: EntryContext,
  loadContext: RouterContextProvider,
): Promise<Response> {
  headers.set('Content-Type', 'text/html; charset=utf-8')
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'private, no-cache')
  const { nonce, readerScript, isLastTry } = loadContext.get(blogContext)
  const isMadeAgain = presentKeepability().kind === 'settings-behind' && !isLastTry
  if (request.method === 'HEAD' || isMadeAgain) return new Response(null, { status, headers })
  const isRead = routerContext.staticHandlerContext.matches.some(({ route }) => isReading(route))
  const page = (
    <ScriptsContext value={isRead ? { kind: 'reader', file: readerScript } : { kind: 'application', nonce }}>
      <ServerRouter context={routerContext} url={request.url} nonce={nonce} />
    </ScriptsContext>
  )
  const html = await (isRead ? renderOnce : render)(page, nonce)
  return new Response(noteHtml(html) ? null : html, { status, headers })
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
  // A form from another site is refused before it does anything, so that many of them do not fill the log.
  const isRefused = error instanceof Error && error.message.includes('`origin` header')
  if (!request.signal.aborted && !isRefused) logError(error, new URL(request.url).pathname)
}
