import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import type { Response } from 'express'
import { limits } from '../limits.ts'
import type { Rebuild } from '../rebuild/rebuild.ts'

/** The watchers of a rebuild: each change is a `progress` message with the whole status. */
const createWatchers = (rebuild: Rebuild) => {
  const open = new Set<Response>()
  return {
    watch(res: Response): void {
      if (open.size >= limits.rebuildWatchersMax)
        throw new Problem('unavailable', { detail: 'Too many watchers at the moment.', retryAfter: 30 })
      res.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-cache, no-transform',
        'X-Accel-Buffering': 'no',
      })
      const tell = () => {
        // A watcher that does not read gets the latest status when it comes back.
        if (res.writableLength > limits.watcherBytesMax) res.destroy()
        else res.write(`event: progress\ndata: ${JSON.stringify(rebuild.status())}\n\n`)
      }
      const end = rebuild.onChange(tell)
      const heartbeat = setInterval(() => res.write(': heartbeat\n\n'), limits.heartbeatMs)
      open.add(res)
      res.on('close', () => {
        end()
        clearInterval(heartbeat)
        open.delete(res)
      })
      tell()
    },
    end: (): void => open.forEach((res) => void res.end()),
  }
}

/** How an owner or an operator rebuilds the view. `drain` ends the streams of those who watch. */
export const rebuilding = (rebuild: Rebuild) => {
  const watchers = createWatchers(rebuild)
  const answer = () => ({ body: rebuild.status(), headers: { 'Cache-Control': 'no-store' } })
  const handlers = handlersOf(queryEndpoints)({
    // Streams to those who accept it.
    'GET /rebuild': {
      raw(req, res) {
        const type = req.accepts(['json', 'text/event-stream'])
        if (!type) throw new Problem('not-acceptable', { detail: 'This is JSON, or text/event-stream.' })
        if (type !== 'text/event-stream')
          return void res.set('Cache-Control', 'no-store').json(rebuild.status())
        // The stream of a HEAD request would never end.
        if (req.method === 'HEAD') return void res.type('text/event-stream').end()
        watchers.watch(res)
      },
    },
    'POST /rebuild'({ body }) {
      rebuild.start(body)
      return answer()
    },
    async 'DELETE /rebuild'() {
      await rebuild.cancel()
      return answer()
    },
    async 'POST /rebuild/swap'() {
      await rebuild.swap()
      return answer()
    },
    async 'POST /rebuild/rollback'() {
      await rebuild.rollBack()
      return answer()
    },
  })
  return { handlers, drain: watchers.end }
}
