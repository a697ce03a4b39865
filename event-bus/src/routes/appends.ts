import { callerOf } from '@logbook/chassis/access/gate.ts'
import { type RawBody, rawBody } from '@logbook/chassis/http/body.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { busEndpoints } from '@logbook/contracts/endpoints/event-bus.ts'
import { mediaTypes } from '@logbook/contracts/http/media-types.ts'
import type { RequestHandler } from 'express'
import { headOf, type Publish } from '../append/publish.ts'
import { limits } from '../limits.ts'

const types = [mediaTypes.json, mediaTypes.cloudEvent, mediaTypes.cloudEventBatch, mediaTypes.ndjson]
const read = rawBody({ bytesMax: limits.requestBytesMax, types })

/** `POST /events`. Answers once the events are synced to disk. */
export const createAppendHandlers = (publish: Publish) => {
  const append: RequestHandler = async (req, res) => {
    const body: RawBody | undefined = req.body
    if (body === undefined) throw new Problem('bad-json', { detail: 'Send an event, or an array of events.' })
    const answer = await publish({ ...body, req, caller: callerOf(res) })
    // Set one by one: a list for writeHead would repeat headers that the middleware has set.
    const head = headOf(answer)
    for (let index = 0; index < head.length; index += 2)
      res.setHeader(head[index] ?? '', head[index + 1] ?? '')
    res.writeHead(answer.status).end(answer.text)
  }
  // The events are kept as the bytes that came, in any of four media types; the fast path sends the same answer.
  return handlersOf(busEndpoints)({ 'POST /events': { raw: [...read, append] } })
}
