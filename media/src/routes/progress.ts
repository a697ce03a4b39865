import { callerOf } from '@logbook/chassis/access/gate.ts'
import { uuidParam } from '@logbook/chassis/http/answers.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import type { RequestHandler, Response } from 'express'
import type { JobProgress } from '../jobs/job-progress.ts'
import { limits } from '../limits.ts'
import type { View } from '../read-model/view.ts'
import { answerOf } from './answers.ts'
import { managedMedium } from './media.ts'

/** `GET /media/:id/progress`: server-sent events, each with the whole medium as it is at that moment; `removed` at its end. */
export const createProgressStreams = ({ view, jobProgress }: { view: View; jobProgress: JobProgress }) => {
  const open = new Set<Response>()

  const stream: RequestHandler = (req, res) => {
    const id = uuidParam(req, 'id')
    managedMedium(view, id, callerOf(res))
    // The stream of a HEAD request would never end.
    if (req.method === 'HEAD') return void res.type('text/event-stream').end()
    if (open.size >= limits.progressStreamsMax)
      throw new Problem('unavailable', { detail: 'Too many progress streams are open.', retryAfter: 10 })
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    const send = () => {
      // A slow reader skips states: each message has the whole medium.
      if (res.writableNeedDrain) return
      const medium = view.one(id)
      if (medium)
        res.write(`event: medium\ndata: ${JSON.stringify(answerOf(medium, { view, jobProgress }))}\n\n`)
      else res.end('event: removed\ndata: {}\n\n')
    }
    const unwatch = jobProgress.watch(id, send)
    const heartbeat = setInterval(() => void res.write(': \n\n'), limits.progressHeartbeatMs)
    res.on('drain', send)
    open.add(res)
    res.once('close', () => {
      unwatch()
      clearInterval(heartbeat)
      open.delete(res)
    })
    send()
  }

  return {
    // Streams.
    handlers: handlersOf(mediaEndpoints)({ 'GET /media/:id/progress': { raw: stream } }),
    /** Ends all open streams. Browsers reconnect. */
    drain(): void {
      for (const res of open) res.end()
    },
  }
}
