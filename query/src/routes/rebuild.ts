import { jsonBody } from '@logbook/chassis/http/body.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { startRebuild } from '@logbook/contracts/http/rebuild.ts'
import { type Request, type Response, Router } from 'express'
import { limits } from '../limits.ts'
import type { Rebuild } from '../rebuild/rebuild.ts'

const sendStatus = (res: Response, status: number, rebuild: Rebuild): void => {
  res.status(status).set('Cache-Control', 'no-store').json(rebuild.status())
}

/** Those who watch a rebuild: each change is a `progress` message with the whole status. */
const createWatchers = (rebuild: Rebuild) => {
  const open = new Set<Response>()
  return {
    watch(res: Response): void {
      if (open.size >= limits.rebuildWatchersMax)
        throw new Problem('unavailable', { detail: 'Too many are watching.', retryAfter: 30 })
      res.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-cache, no-transform',
        'X-Accel-Buffering': 'no',
      })
      const tell = () => {
        // Who does not read learns the latest when they come back.
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

/** How an owner or an operator rebuilds the view. */
export const createRebuildRoutes = (rebuild: Rebuild): { router: Router; drain: () => void } => {
  const router = Router()
  const watchers = createWatchers(rebuild)
  const body = jsonBody({ bytesMax: limits.rebuildBytesMax })

  router.get('/rebuild', (req, res) => {
    if (!req.accepts(['json', 'text/event-stream']))
      throw new Problem('not-acceptable', { detail: 'This is JSON, or text/event-stream.' })
    if (req.accepts(['json', 'text/event-stream']) !== 'text/event-stream')
      return sendStatus(res, 200, rebuild)
    // A stream that HEAD asked for would never end.
    if (req.method === 'HEAD') return void res.type('text/event-stream').end()
    watchers.watch(res)
  })

  router.post('/rebuild', body, (req: Request, res: Response) => {
    rebuild.start(validate(startRebuild, req.body ?? {}))
    sendStatus(res, 202, rebuild)
  })

  router.delete('/rebuild', async (_req, res) => {
    await rebuild.cancel()
    sendStatus(res, 200, rebuild)
  })

  router.post('/rebuild/swap', async (_req, res) => {
    await rebuild.swap()
    sendStatus(res, 200, rebuild)
  })

  router.post('/rebuild/rollback', async (_req, res) => {
    await rebuild.rollBack()
    sendStatus(res, 200, rebuild)
  })

  return { router, drain: watchers.end }
}
