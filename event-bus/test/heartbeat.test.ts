import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createWakeSignal } from '@logbook/chassis/async/wake-signal.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { followStream } from '@logbook/event-bus/read/follow-stream.ts'
import express from 'express'
import { expect, it, onTestFinished } from 'vitest'

it('a quiet follower gets heartbeats and nothing else', async () => {
  const ended = new AbortController()
  const app = express()
  app.get('/', (_req, res) =>
    followStream({
      store: memoryLog(),
      signal: createWakeSignal(),
      res,
      after: 0,
      filter: {},
      ended: ended.signal,
      heartbeatMs: 5,
    }),
  )
  const server = createServer(app).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await new Promise((resolve) => server.once('listening', resolve))
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  let text = ''
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString()
    if (text.split(': heartbeat\n\n').length > 3) ended.abort()
  }
  expect(text).toMatch(
    /^id: 0\nevent: log\ndata: \{.*\}\n\nid: 0\nevent: caught-up\ndata: \{"position":0\}\n\n(: heartbeat\n\n){3,}$/,
  )
})
