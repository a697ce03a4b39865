import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import express from 'express'
import supertest from 'supertest'
import { describe, expect, it } from 'vitest'
import { createHttpApp } from '../../src/http/app.ts'
import { silentLogger } from '../../src/logger.ts'
import { Problem } from '../../src/problem.ts'

const boot = () => {
  const router = express.Router()
  router.get('/things/:id', (req, res) => void res.json(req.params))
  router.get('/busy', () => {
    throw new Problem('too-many')
  })
  router.get('/stream', (_req, res) => void res.type('text/event-stream').end())
  return supertest(
    createHttpApp({
      name: 'things',
      logger: silentLogger,
      router,
      fastPath: (req, res, fail) => {
        if (req.url === '/ready') res.writeHead(204).end()
        else if (req.url === '/ready-later') setImmediate(() => res.writeHead(206).end())
        else if (req.url === '/refused') fail(new Problem('forbidden'))
        else if (req.url === '/refused-later') setImmediate(() => fail(new Problem('forbidden')))
        else return undefined
        return '/:ready'
      },
      health: () => ({ ready: true }),
      origins: [],
    }),
  )
}

/** Prints how many event loops a process with an app measures, which is asked for its metrics or not. */
const measuring = `
import hooks from 'node:perf_hooks'
import { createHttpMetrics } from '../../src/metrics/metrics.ts'
import { Registry } from 'prom-client'
let monitors = 0
const { monitorEventLoopDelay } = hooks
hooks.monitorEventLoopDelay = (options) => {
  monitors++
  return monitorEventLoopDelay(options)
}
const { answer } = createHttpMetrics(new Registry())
const res = { set: () => res, send: () => {} }
if (process.argv.at(-1) === 'true') await answer({}, res)
console.log(monitors)`

const counts = (text: string): string[] =>
  [...text.matchAll(/^http_request_duration_seconds_count\{(.*)\} (\d+)$/gm)].map(
    ([, labels = '', count]) => `${labels.replaceAll(/\w+="([^"]*)"/g, '$1').replaceAll(',', ' ')}: ${count}`,
  )

describe('GET /metrics', () => {
  it('counts each request once, by the template of its route', async () => {
    const service = boot()
    for (const path of ['/things/1', '/things/2']) await service.get(path).expect(200)
    for (const path of ['/ready', '/ready']) await service.get(path).expect(204)
    await service.get('/ready-later').expect(206)
    await service.get('/busy').expect(429)
    await service.get('/refused').expect(403)
    await service.get('/refused-later').expect(403)
    await service.get('/health').expect(200)
    const { text, headers } = await service.get('/metrics').expect(200)
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(counts(text).sort()).toEqual(
      [
        'GET /busy 429: 1',
        'GET /health 200: 1',
        'GET /:ready 204: 2',
        'GET /:ready 206: 1',
        'GET /things/:id 200: 2',
        'GET none 403: 1',
        'GET /:ready 403: 1',
      ].sort(),
    )
    expect(text).toContain('http_problems_total{code="too-many"} 1')
    expect(text).toContain('http_problems_total{code="forbidden"} 2')
  })

  it('makes no series of what someone thinks up', async () => {
    const service = boot()
    for (let index = 0; index < 20; index += 1) await service.get(`/made-up/${index}`).expect(404)
    const { text } = await service.get('/metrics')
    expect(counts(text)).toEqual(['GET none 404: 20'])
    expect(text).not.toContain('made-up')
  })

  it('gives buckets that only rise, up to all there are', async () => {
    const service = boot()
    for (let index = 0; index < 5; index += 1) await service.get('/things/1')
    const { text } = await service.get('/metrics')
    const buckets = [...text.matchAll(/^http_request_duration_seconds_bucket\{.*le="([^"]+)"\} (\d+)$/gm)]
    const values = buckets.map(([, , count]) => Number(count))
    expect(values).toEqual(values.toSorted((one, other) => one - other))
    expect([buckets.at(-1)?.[1], values.at(-1)]).toEqual(['+Inf', 5])
    const sum = /^http_request_duration_seconds_sum\{.*\} (.+)$/m.exec(text)?.[1]
    expect(Number(sum)).toBeGreaterThan(0)
  })

  it('does not time what stays open for its reader’s sake', async () => {
    const service = boot()
    await service.get('/stream').expect(200)
    expect(counts((await service.get('/metrics')).text)).toEqual([])
  })

  it('tells of the process, whose metrics are the same for all', async () => {
    const [one, other] = [boot(), boot()]
    for (const service of [one, other]) {
      const { text } = await service.get('/metrics')
      expect(text.match(/^# TYPE process_resident_memory_bytes gauge$/gm)).toHaveLength(1)
      expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \S+$/m)
    }
  })

  it('nothing is measured of the process before it is first asked for', async () => {
    const measures = async (asked: boolean) => {
      const node = ['--input-type=module', '--eval', measuring, String(asked)]
      return (await promisify(execFile)(process.execPath, node, { cwd: import.meta.dirname })).stdout.trim()
    }
    expect(await measures(false)).toBe('0')
    expect(await measures(true)).toBe('1')
  })
})
