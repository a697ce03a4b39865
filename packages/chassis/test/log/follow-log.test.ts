import { setImmediate as afterIo } from 'node:timers/promises'
import { followBounds, followLog } from '@logbook/chassis/log/follow-log.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { expect, it, onTestFinished } from 'vitest'

it('asks a bus that is away again later, not in a tight circle', async () => {
  const ended = new AbortController()
  onTestFinished(() => ended.abort())
  let asked = 0
  const fetchPage = () => {
    asked += 1
    return Promise.reject(new Problem('unavailable'))
  }
  const http = { follow: fetchPage }
  const bounds = { ...followBounds, backoffMs: { initial: 50, max: 5_000 } }
  const pages = followLog(
    { fetchPage, http, logger: silentLogger, bounds },
    { after: 0, signal: ended.signal },
  )
  const first = pages.next()
  for (let turn = 0; turn < 1_000; turn += 1) await afterIo()
  expect(asked).toBeGreaterThan(0)
  expect(asked).toBeLessThan(50)
  ended.abort()
  expect(await first).toMatchObject({ done: true })
})

it('says so each time that the log is away, and with a page that it is back', async () => {
  const ended = new AbortController()
  onTestFinished(() => ended.abort())
  const away = [new Problem('unavailable', { detail: 'no route' }), new Problem('timeout')]
  const told: unknown[] = []
  let asked = 0
  const fetchPage = () => {
    const error = away[asked++]
    return error ? Promise.reject(error) : Promise.resolve({ events: () => [], position: 0, more: false })
  }
  const http = { follow: fetchPage as never }
  const bounds = { ...followBounds, backoffMs: { initial: 1, max: 1 } }
  const request = { after: 0, signal: ended.signal, onAway: (error: unknown) => told.push(error) }
  const pages = followLog({ fetchPage, http, logger: silentLogger, bounds }, request)
  expect(await pages.next()).toMatchObject({ value: { position: 0, caughtUp: true } })
  expect(told).toEqual(away)
})
