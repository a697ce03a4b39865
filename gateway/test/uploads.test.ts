import { once } from 'node:events'
import { type RequestListener, request as send } from 'node:http'
import { describe, expect, it, vi } from 'vitest'
import { startGateway } from './running.ts'

/** The endpoints of accounts that the gateway calls: every token is an author's. */
const accounts: RequestListener = (_req, res) => {
  const caller = { kind: 'person', id: '0000000b-0000-7000-8000-000000000001', role: 'author', name: 'Ada' }
  const expiresAt = new Date(Date.now() + 60_000).toISOString()
  const answer = { token: 'an-access-token', caller, expiresAt, setCookie: [] }
  res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer))
}

describe('an upload', () => {
  it('reaches media as it comes, however long it is, and what has come stays when its sender goes', async () => {
    let received = 0
    let ended: 'whole' | 'cut' | undefined
    const { url } = await startGateway({
      serviceToken: 'the-gateway',
      handlers: {
        accounts,
        media: (req, res) => {
          req.on('data', (chunk: Buffer) => {
            received += chunk.length
          })
          req.once('end', () => {
            ended = 'whole'
            res.writeHead(204, { 'Upload-Offset': String(received) }).end()
          })
          req.once('error', () => {
            ended = 'cut'
          })
        },
      },
    })
    const headers = { Authorization: 'Bearer lb_ada', 'Content-Length': '9000000', 'Upload-Offset': '0' }
    const sending = send(`${url}/api/media/uploads/1`, { method: 'PATCH', headers })
    sending.on('error', () => {})
    sending.write(Buffer.alloc(6_000_000))
    // More than the gateway keeps of any body has arrived before the end was sent.
    await vi.waitFor(() => expect(received).toBe(6_000_000))
    expect(ended).toBeUndefined()
    sending.end(Buffer.alloc(3_000_000))
    const [answer] = await once(sending, 'response')
    expect([answer.statusCode, answer.headers['upload-offset'], ended]).toEqual([204, '9000000', 'whole'])

    const cut = send(`${url}/api/media/uploads/1`, { method: 'PATCH', headers })
    cut.on('error', () => {})
    cut.write(Buffer.alloc(10))
    await vi.waitFor(() => expect(received).toBe(9_000_010))
    cut.destroy()
    await vi.waitFor(() => expect(ended).toBe('cut'))
  })

  it('an upload without a caller is refused before any of it is read', async () => {
    let asked = 0
    const { agent } = await startGateway({
      serviceToken: 'the-gateway',
      handlers: {
        accounts,
        media: (_req, res) => {
          asked += 1
          res.end()
        },
      },
    })
    const answer = await agent.patch('/api/media/uploads/1').send('bytes')
    expect([answer.status, asked]).toEqual([401, 0])
  })
})
