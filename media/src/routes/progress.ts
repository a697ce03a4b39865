import { callerOf } from '@logbook/chassis/access/gate.ts'
import { uuidParam } from '@logbook/chassis/http/answers.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { type Response, Router } from 'express'
import type { Live } from '../jobs/live.ts'
import { limits } from '../limits.ts'
import type { View } from '../read-model/view.ts'
import { answerOf } from './answers.ts'
import { theirs } from './media.ts'

/** `GET /media/:id/progress`: server-sent events, each with the whole medium as it is at that moment; `removed` at its end. */
export const createProgressRoutes = ({ view, live }: { view: View; live: Live }) => {
  const router = Router()
  const open = new Set<Response>()

  router.get('/media/:id/progress', (req, res) => {
    const id = uuidParam(req, 'id')
    theirs(view, id, callerOf(res))
    // A stream that HEAD asked for would never end.
    if (req.method === 'HEAD') return void res.type('text/event-stream').end()
    if (open.size >= limits.liveWatchersMax)
      throw new Problem('unavailable', { detail: 'Too many look at progress.', retryAfter: 10 })
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    const send = () => {
      // Who does not keep up gets the state after: each message has all of it.
      if (res.writableNeedDrain) return
      const medium = view.one(id)
      if (medium) res.write(`event: medium\ndata: ${JSON.stringify(answerOf(medium, { view, live }))}\n\n`)
      else res.end('event: removed\ndata: {}\n\n')
    }
    const unwatch = live.watch(id, send)
    const heartbeat = setInterval(() => void res.write(': \n\n'), limits.liveHeartbeatMs)
    res.on('drain', send)
    open.add(res)
    res.once('close', () => {
      unwatch()
      clearInterval(heartbeat)
      open.delete(res)
    })
    send()
  })

  return {
    router,
    /** Ends all that are open: browsers come back by themselves. */
    drain(): void {
      for (const res of open) res.end()
    },
  }
}
