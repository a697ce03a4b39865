import { createServer } from 'node:net'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import { expect, it, vi } from 'vitest'
import { limits } from '../src/limits.ts'
import { createTools } from '../src/worker/own-tools.ts'
import { bootMedia, createClock, createWorld } from './booted.ts'
import { startWorker } from './working.ts'

const healthOf = async ({ url }: { url: string }) =>
  (await fetch(`${url}/health`)).json() as Promise<{ status: string; complaints: object[] }>

/** Fails the next job, as a worker that could not reach its host. */
const failNext = async (media: Awaited<ReturnType<typeof bootMedia>>, fault = 'host') => {
  const job = await media.claim()
  if (!job) throw new Error('no job')
  const body = { lease: job.lease, kind: 'again', reason: 'There is no host dead.example.', fault }
  expect((await media.worker('POST', `/work/${job.id}/fail`, body)).status).toBe(200)
  await media.one(job.id)
  return job
}

it('one job tries a host that cannot be reached, its others are given up with it, and health stays ok', async () => {
  const clock = createClock()
  const media = await bootMedia(createWorld(clock))
  const ids: string[] = []
  for (let number = 0; number < 22; number++)
    ids.push(await media.request({ url: `https://dead.example/${number}.png` }))
  const tried = []
  for (let attempt = 1; attempt <= limits.attemptsMax; attempt++) {
    tried.push((await failNext(media)).id)
    expect(await media.claim('a-worker', 0)).toBeUndefined()
    clock.pass(limits.retryFirstMs * 4 ** (attempt - 1))
  }
  expect(new Set(tried)).toEqual(new Set([ids[0]]))
  await vi.waitFor(
    async () => {
      for (const id of ids)
        expect(await media.one(id)).toMatchObject({
          state: 'failed',
          fault: 'host',
          reason: expect.any(String),
        })
    },
    { timeout: 10_000 },
  )
  expect(await healthOf(media)).toMatchObject({ status: 'ok' })
  expect([await media.parked?.list(10), await media.parked?.retry()]).toEqual([[], 0])

  expect((await media.author('POST', `/media/${ids[7]}/retry`)).status).toBe(200)
  expect(await media.claim()).toMatchObject({ id: ids[7], attempt: 1 })
})

it('jobs of other hosts go on, and those of a host that answers again are begun', async () => {
  const clock = createClock()
  const media = await bootMedia(createWorld(clock))
  const first = await media.request({ url: 'https://dead.example/1.png' })
  const second = await media.request({ url: 'https://dead.example/2.png' })
  const other = await media.request({ url: 'https://live.example/1.png' })
  await failNext(media)
  const job = await media.claim()
  expect(job?.id).toBe(other)
  if (job) await media.finish(job)
  clock.pass(limits.retryFirstMs)
  const again = await media.claim()
  expect(again?.id).toBe(first)
  if (again) await media.finish(again)
  expect((await media.claim())?.id).toBe(second)
})

it('a job that this service failed at degrades its health, a refused one does not', async () => {
  const clock = createClock()
  const media = await bootMedia(createWorld(clock))
  await media.request({ url: 'https://one.example/1.png' })
  for (let attempt = 1; attempt <= limits.attemptsMax; attempt++) {
    await failNext(media, 'outside')
    clock.pass(limits.retryMsMax)
  }
  expect(await healthOf(media)).toMatchObject({ status: 'ok' })
  await media.request({ url: 'https://one.example/2.png' })
  for (let attempt = 1; attempt <= limits.attemptsMax; attempt++) {
    await failNext(media, 'service')
    clock.pass(limits.retryMsMax)
  }
  expect(await healthOf(media)).toMatchObject({ status: 'degraded', complaints: [{ reason: 'jobs' }] })
})

it('a worker tells a host that accepts no connection or has no name from one that answers with an error', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => closed.once('listening', resolve))
  const { port } = closed.address() as { port: number }
  await new Promise((resolve) => closed.close(resolve))
  const { url: failing } = await serveForTest((_, res) => res.writeHead(500).end())
  const { url: leading } = await serveForTest((_, res) =>
    res.writeHead(302, { Location: `http://127.0.0.1:${port}/` }).end(),
  )
  const { url: gone } = await serveForTest((_, res) => res.writeHead(404).end())
  const world = createWorld()
  const allow = ['public', 'loopback']
  const media = await bootMedia(world, { allow: allowedTargets(allow) })
  startWorker(media, world, createTools(allow))
  const faultOf = async (url: string) => {
    const id = await media.request({ url })
    return vi.waitFor(async () => {
      const { fault } = await media.one(id)
      expect(fault).toBeDefined()
      return fault
    })
  }
  expect(await faultOf(`http://127.0.0.1:${port}/a.png`)).toBe('host')
  expect(await faultOf('http://nowhere.invalid/a.png')).toBe('host')
  expect(await faultOf(`${failing}/a.png`)).toBe('outside')
  expect(await faultOf(`${leading}/a.png`)).toBe('outside')
  expect(await faultOf(`${gone}/a.png`)).toBe('outside')
})
