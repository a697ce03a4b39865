import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'

type Answer = (req: IncomingMessage, res: ServerResponse) => void
export type Pages = Record<string, string | Answer>
interface Asked {
  method: string
  path: string
  body: string
}

/** Another host, on a free port of this machine. `pages` answer by path; all else is 404. */
export const startWeb = async (pages: Pages = {}) => {
  const asked: Asked[] = []
  const listener: RequestListener = async (req, res) => {
    let body = ''
    for await (const piece of req) body += piece
    const path = req.url ?? ''
    asked.push({ method: req.method ?? '', path, body })
    const page = pages[path]
    if (typeof page === 'function') page(req, res)
    else if (page === undefined) res.writeHead(404).end()
    else res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page)
  }
  return { pages, asked, ...(await serveForTest(listener)) }
}
