import type { Renderer } from '@logbook/markdown/threads/renderer.ts'
import type { RequestHandler, Response as Res } from 'express'
import { createRequestHandler, RouterContextProvider, type ServerBuild } from 'react-router'
import { blogContext } from '../app/services/blog.server.ts'
import { keepabilityOf, recordPage } from '../app/services/page-record.server.ts'
import type { SettingsCopy } from '../app/services/settings.server.ts'
import type { Painter } from '../pictures/painter.ts'
import type { Config } from './config.ts'
import { isForEveryone, sendKeptPage } from './kept-page.ts'
import { requestOf, sendHead, sendResponse } from './requests.ts'

interface Parts {
  build: () => Promise<ServerBuild>
  config: Config
  settings: SettingsCopy
  renderer: Renderer
  painter: Painter
  readerScript: string
}

const isPage = ({ headers }: Response): boolean => (headers.get('Content-Type') ?? '').startsWith('text/html')

/** A page that is kept for everyone has no script but files of the blog, and a nonce would be the same for all. */
const allowFilesAlone = (res: Res): void => {
  const name = 'Content-Security-Policy'
  const policy = String(res.getHeader(name) ?? '')
  res.setHeader(name, policy.replace(` 'nonce-${res.locals.nonce}'`, ''))
}

/** Answers every page of the blog. Those for every anonymous reader alike say what they were made from, so that the gateway can keep them. */
export const createPageHandler = ({ build, config, ...blog }: Parts): RequestHandler => {
  const isBuilt = process.env.NODE_ENV === 'production'
  // Given a function, React Router prepares its routes for each request; while developing, they may have changed.
  let prepared: Promise<ReturnType<typeof createRequestHandler>> | undefined
  const handler = isBuilt
    ? () => (prepared ??= build().then((loaded) => createRequestHandler(loaded, process.env.NODE_ENV)))
    : () => Promise.resolve(createRequestHandler(build, process.env.NODE_ENV))

  const handle = async (request: Request, context: RouterContextProvider): Promise<Response> =>
    (await handler())(request, context)

  const contextOf = (res: Res, isLastTry: boolean): RouterContextProvider => {
    const context = new RouterContextProvider()
    const nonce = String(res.locals.nonce)
    context.set(blogContext, { ...config, ...blog, nonce, isLastTry })
    return context
  }

  const make = (request: Request, res: Res, isLastTry: boolean) =>
    recordPage(() => handle(request, contextOf(res, isLastTry)))

  /** Once more where the settings changed meanwhile. A page that is still behind then is sent, and not to be kept. */
  const makeForEveryone = async (request: Request, res: Res) => {
    const first = await make(request, res, false)
    if (!isPage(first.made) || keepabilityOf(first.record).kind !== 'settings-behind') return first
    await blog.settings.confirm()
    return make(request, res, true)
  }

  const answerEveryone = async (request: Request, res: Res): Promise<void> => {
    const { made, record } = await makeForEveryone(request, res)
    const kept = keepabilityOf(record)
    const isKept = kept.kind === 'keepable' && made.status === 200 && !made.headers.has('Set-Cookie')
    const { html } = record
    if (html === undefined) return sendResponse(res, made)
    if (!isPage(made) || !isKept) return sendResponse(res, new Response(html, made))
    sendHead(res, made)
    allowFilesAlone(res)
    await sendKeptPage(res, { html, viewState: kept.viewState, tags: kept.tags })
  }

  return async (req, res, next) => {
    try {
      const request = requestOf(req, res)
      if (isForEveryone(req) && isBuilt) await answerEveryone(request, res)
      else await sendResponse(res, await handle(request, contextOf(res, true)))
    } catch (error) {
      next(error)
    }
  }
}
