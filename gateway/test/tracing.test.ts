import { describe, expect, it } from 'vitest'
import { startGateway } from './running.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const parentId = 'b7ad6b7169203331'
const made = /^00-([\da-f]{32})-([\da-f]{16})-0[01]$/

describe('a trace (W3C Trace Context)', () => {
  const start = async () => {
    const { agent, of } = await startGateway()
    /** What comments is told by a gateway that is told this. */
    return async (headers: Record<string, string>) => {
      const answer = await agent.post('/api/posts/a/comments').set(headers).send({ content: 'x' })
      const { traceparent = '', tracestate } = of('comments').at(-1)?.req.headers ?? {}
      const [, id, parent] = made.exec(String(traceparent)) ?? []
      return { id, parent, traceparent, tracestate, requestId: String(answer.headers['x-request-id']) }
    }
  }

  it('of the caller goes on to the services, with the gateway’s own part of it', async () => {
    const ask = await start()
    for (const [version, flags] of [
      ['00', '01'],
      ['00', '00'],
      ['cc', '01'],
    ] as const) {
      const traceparent = `${version}-${trace}-${parentId}-${flags}`
      const told = await ask({ traceparent, tracestate: 'a=1,b=2' })
      expect(told).toMatchObject({ id: trace, tracestate: 'a=1,b=2' })
      expect(told.parent).not.toBe(parentId)
      expect(String(told.traceparent).slice(-2)).toBe(flags)
    }
  })

  it('is made by the gateway, of the request id, where the caller has none that the standard knows', async () => {
    const ask = await start()
    for (const headers of [
      {},
      { traceparent: `00-${trace.replace('0', 'g')}-${parentId}-01` },
      { traceparent: `00-${'0'.repeat(32)}-${parentId}-01` },
      { traceparent: `00-${trace}-${'0'.repeat(16)}-01` },
      { traceparent: `ff-${trace}-${parentId}-01` },
      { traceparent: `00-${trace}-${parentId}-01-more` },
      { traceparent: `00-${trace.toUpperCase()}-${parentId}-01` },
    ]) {
      const { id, tracestate, requestId } = await ask({ ...headers, tracestate: 'a=1' })
      expect([headers, id]).toEqual([headers, requestId.replaceAll('-', '')])
      expect(tracestate).toBeUndefined()
    }
    const { id, requestId } = await ask({ 'X-Request-Id': 'r-1' })
    expect([requestId, id]).toEqual(['r-1', expect.stringMatching(/^[\da-f]{32}$/)])
  })
})
