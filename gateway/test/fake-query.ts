import type { RequestListener, ServerResponse } from 'node:http'
import type { Change, MissedChanges } from '@logbook/contracts/http/query.ts'

export const postOf = (n: number) => `01920000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

export interface SentChange {
  post: string
  position: number
  change: Change
}

/** A change that is easily told from others. */
export const edited = (post: string, position: number): SentChange => ({
  post,
  position,
  change: { kind: 'post', id: post, slug: 's', version: position },
})

export const gone = (post: string, position: number): SentChange => ({
  post,
  position,
  change: { kind: 'post-removed', id: post },
})

/** As query tells changes: every thing that changed, how far it has read, and the feeds that are open. */
export const createFakeQuery = () => {
  const feeds = new Set<ServerResponse>()
  const asked: { url: string; lastEventId: string | undefined; authorization: string | undefined }[] = []
  const history: SentChange[] = []
  const state = { position: 0, isAway: false, tooMuchBefore: 0, missing: new Set<string>() }

  const missed = (url: URL, lastEventId: string | undefined): MissedChanges => {
    const post = url.searchParams.get('post') ?? ''
    const { position } = state
    const after = Number(lastEventId ?? url.searchParams.get('after') ?? position)
    const reload = after < state.tooMuchBefore
    const changes = reload ? [] : history.filter((each) => each.post === post && each.position > after)
    return { post, position, reload, changes }
  }

  const handler: RequestListener = (req, res) => {
    const url = new URL(req.url ?? '/', 'http://query')
    if (!url.pathname.startsWith('/changes')) return void res.end(`query ${req.method} ${req.url}`)
    const lastEventId = req.headers['last-event-id'] as string | undefined
    asked.push({ url: req.url ?? '', lastEventId, authorization: req.headers.authorization })
    if (state.isAway) return void res.destroy()
    if (url.pathname === '/changes/feed') {
      feeds.add(res)
      res.once('close', () => feeds.delete(res))
      res.writeHead(200, { 'Content-Type': 'text/event-stream' })
      return void res.write(`id: ${state.position}\nevent: begin\ndata: {}\n\n`)
    }
    const post = url.searchParams.get('post') ?? ''
    if (state.missing.has(post) || post === '')
      return void res
        .writeHead(post === '' ? 422 : 404, { 'Content-Type': 'application/problem+json' })
        .end(JSON.stringify({ code: post === '' ? 'invalid' : 'not-found' }))
    return void res
      .setHeader('Content-Type', 'application/json')
      .end(JSON.stringify(missed(url, lastEventId)))
  }

  return {
    handler,
    asked,
    state,
    feeds,
    questions: () => asked.filter(({ url }) => url.startsWith('/changes/missed')),
    /** A change: it is in the rows, and sent to followers. */
    happen(...told: SentChange[]): void {
      history.push(...told)
      state.position = Math.max(state.position, ...told.map(({ position }) => position))
      const text = told
        .map(({ post, position, change }) => {
          const data = JSON.stringify({ post, change })
          return `id: ${position}\nevent: ${change.kind}\ndata: ${data}\n\n`
        })
        .join('')
      for (const res of feeds) res.write(`${text}id: ${state.position}\nevent: flushed\ndata: {}\n\n`)
    },
    /** Every feed breaks. */
    breakFeeds(): void {
      for (const res of feeds) res.destroy()
    },
  }
}
