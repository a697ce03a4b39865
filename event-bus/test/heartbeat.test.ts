import { createWakeSignal } from '@logbook/chassis/async/wake-signal.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import { followStream } from '@logbook/event-bus/read/follow-stream.ts'
import express from 'express'
import { expect, it } from 'vitest'

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
  const { url } = await serveForTest(app)
  const answer = await fetch(url)
  let text = ''
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString()
    if (text.split(': heartbeat\n\n').length > 3) ended.abort()
  }
  expect(text).toMatch(
    /^id: 0\nevent: log\ndata: \{.*\}\n\nid: 0\nevent: caught-up\ndata: \{"position":0\}\n\n(: heartbeat\n\n){3,}$/,
  )
})
