import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isLong } from '@logbook/chassis/testing/cases.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest'
import { seeded } from '../chaos/random.ts'
import { ask, blogOf } from './blog.ts'
import { type Logbook, startLogbook } from './logbook.ts'

const services = ['event-bus', 'accounts', 'media', 'gateway'] as const
/** The smallest picture there is. */
const gif = Buffer.from('R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64')
const pieces = 30
const pieceBytes = 20_000

let logbook: Logbook
let host: string
const server = createServer((req, res) => {
  // Slow enough to be broken off, and of another content under each address.
  let left = pieces
  const timer = setInterval(() => {
    res.write(Buffer.alloc(pieceBytes, String(req.url)))
    if (--left === 0) res.end()
    if (left === 0) clearInterval(timer)
  }, 20)
  res.once('close', () => clearInterval(timer))
})

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  logbook = await startLogbook({
    services,
    apart: ['event-bus', 'media'],
    settings: { MEDIA_FETCH_ALLOW: 'loopback' },
  })
})
afterAll(async () => {
  await logbook?.close()
  server.closeAllConnections()
  server.close()
})

const media = (path: string, asked: Parameters<typeof ask>[1] = {}) =>
  blogOf(logbook).askAs<MediumAnswer>('author', `/media${path}`, asked)

/** Again until it is answered: the service may be dead at the moment. */
const request = (url: string): Promise<string> =>
  until(async () => {
    const headers = { 'Idempotency-Key': url }
    const answer = await media('', { method: 'POST', body: { url }, headers }).catch(() => undefined)
    return answer?.status === 201 && answer.json().id
  }, `${url} to be requested`)

const upload = async (bytes: Buffer): Promise<string> => {
  const tus = { 'Tus-Resumable': '1.0.0' }
  const metadata = `filename ${Buffer.from('dot.gif').toString('base64')}`
  const begun = await media('/uploads', {
    method: 'POST',
    headers: { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': metadata },
  })
  const id = begun.headers.get('Location')?.split('/').at(-1) ?? ''
  const half = Math.floor(bytes.length / 2)
  for (const [from, to] of [
    [0, half],
    [half, bytes.length],
  ] as const) {
    const sent = await media(`/uploads/${id}`, {
      method: 'PATCH',
      body: new Uint8Array(bytes.subarray(from, to)),
      headers: { ...tus, 'Upload-Offset': String(from), 'Content-Type': 'application/offset+octet-stream' },
    })
    expect([sent.status, sent.headers.get('Upload-Offset')]).toEqual([204, String(to)])
  }
  return id
}

const finished = (id: string) =>
  until(async () => {
    const answer = await media(`/${id}`).catch(() => undefined)
    if (answer?.status !== 200) return false
    const medium = answer.json()
    if (medium.state === 'failed') throw new Error(JSON.stringify(medium))
    return medium.state === 'finished' && medium
  }, `${id} to be finished`)

interface MediaHealth {
  jobs: Record<string, number>
  workers: { name: string; pid: number }[]
}
const health = async () => (await ask<MediaHealth>(`${logbook.url('media')}/health`)).json()

const underWay = () =>
  until(async () => {
    const { jobs, workers } = await health()
    return (jobs.claimed ?? 0) > 0 && workers[0]
  }, 'a job to be under way')

it('a picture is uploaded through the gateway in two pieces, made by a worker process, and downloaded in part', async () => {
  const id = await upload(gif)
  const medium = await finished(id)
  expect(medium).toMatchObject({ type: 'image/gif', name: 'dot.gif', picture: { width: 1, height: 1 } })
  const part = await media(`/${id}/original`, { headers: { Range: 'bytes=0-2' } })
  expect([part.status, part.text]).toEqual([206, 'GIF'])
  const stranger = await ask(`${logbook.url('gateway')}/api/media/${id}/original`)
  expect(stranger.status).toBe(404)
})

const kills = {
  async worker() {
    const { pid } = await underWay()
    process.kill(pid, 'SIGKILL')
    await until(async () => (await underWay()).pid !== pid, 'another worker')
  },
  async media() {
    await underWay()
    await logbook.kill('media', 'SIGKILL')
    await logbook.start('media')
  },
  async bus() {
    await underWay()
    await logbook.kill('event-bus', 'SIGKILL')
    await logbook.start('event-bus')
  },
} as const

/** The kills in an order that follows from the seed. */
const shuffledKills = (seed: number) => {
  const random = seeded({ seed, name: 'kills of media' })
  const left = Object.keys(kills) as (keyof typeof kills)[]
  return Object.keys(kills).flatMap(() => left.splice(random.below(left.length), 1))
}

it('each job is finished once, and no file is without its event, when worker, media and bus are killed meanwhile', async () => {
  // Fixed in `npm test`, drawn in `npm run test:long`; a failure names it.
  const seed = isLong ? Date.now() % 1_000_000 : 4
  const order = shuffledKills(seed)
  onTestFailed(() => console.error(`Killed with seed ${seed}: ${order.join(', ')}.`))
  const ids = await Promise.all([0, 1].map((index) => request(`${host}/file-${index}.bin`)))
  for (const kill of order) {
    // One more for each, so that a job is under way.
    ids.push(await request(`${host}/${kill}.bin`))
    await kills[kill]()
  }
  for (const id of ids) expect(await finished(id)).toMatchObject({ bytes: pieces * pieceBytes })

  const events = (
    await ask<RecordedEvent[]>(`${logbook.url('event-bus')}/events?types=MediaFinished&limit=100`, {
      headers: logbook.authorizationOf(),
    })
  ).json()
  expect(events.map(({ subject }) => subject).sort()).toEqual(
    expect.arrayContaining(ids.map((id) => `media-${id}`)),
  )
  expect(new Set(events.map(({ subject }) => subject)).size).toBe(events.length)
  // What killed workers left is removed by and by.
  const check = () => ask(`${logbook.url('media')}/check`, { headers: logbook.authorizationOf() })
  await until(async () => {
    const { missing, unknown } = (await check()).json() as { missing: unknown[]; unknown: unknown[] }
    expect(missing).toEqual([])
    return unknown.length === 0
  }, 'nothing to be left in the storage that no event names')
})
