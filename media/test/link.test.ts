import { randomBytes } from 'node:crypto'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import { describe, expect, it, vi } from 'vitest'
import { fetchTo } from '../src/fetch/fetch.ts'
import { limits } from '../src/limits.ts'
import type { Tools } from '../src/worker/tools.ts'
import { bootMedia, createClock, createWorld, type World } from './booted.ts'
import { workOnce } from './working.ts'

type Media = Awaited<ReturnType<typeof bootMedia>>

const megabyte = 1024 * 1024

/** A host with one file, which breaks off after `sends` bytes of a body; with `knowsRanges` it begins in the middle where it is asked to. */
const createHost = async (bytes: Buffer) => {
  const host = { bytes, tag: '"1"', sends: Number.POSITIVE_INFINITY, knowsRanges: true, isDown: false }
  const asked: { range?: string; 'if-range'?: string }[] = []
  const { url } = await serveForTest((req, res) => {
    const { range, 'if-range': ifRange } = req.headers
    asked.push({ ...(range && { range }), ...(ifRange && { 'if-range': String(ifRange) }) })
    if (host.isDown) return void res.writeHead(503).end()
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    const isPart = host.knowsRanges && from > 0 && ifRange === host.tag
    const body = isPart ? host.bytes.subarray(from) : host.bytes
    const content = `bytes ${from}-${host.bytes.length - 1}/${host.bytes.length}`
    res.writeHead(isPart ? 206 : 200, {
      ...{ ETag: host.tag, 'Content-Length': body.length },
      ...(isPart && { 'Content-Range': content }),
    })
    if (host.sends >= body.length) return void res.end(body)
    res.write(body.subarray(0, host.sends), () => res.destroy())
  })
  return Object.assign(host, { asked, url: `${url}/birds.bin` })
}

/** A worker that takes a broken connection for a failed attempt at once. */
const tools: Pick<Tools, 'fetch'> = {
  fetch: async (url, write, fetching) =>
    void (await fetchTo(url, write, {
      ...{ ...fetching, allow: allowedTargets(['loopback']), bounds: { resumesMax: 0 } },
    })),
}

const begin = async () => {
  const clock = createClock()
  const world = createWorld(clock)
  const media = await bootMedia(world, { allow: allowedTargets(['loopback']) })
  const host = await createHost(randomBytes(3 * megabyte))
  const id = await media.request({ url: host.url })
  /** One attempt, by another worker each. */
  const attempt = async () => {
    clock.pass(limits.retryMsMax)
    await workOnce(media, world, tools)
    return media.one(id)
  }
  return { media, world, host, id, attempt }
}

const download = async (media: Media, id: string): Promise<Buffer> =>
  Buffer.from(await (await media.author('GET', `/media/${id}/original`)).arrayBuffer())

const partsOf = async ({ storage }: World): Promise<number[]> => {
  const found: number[] = []
  for await (const { key, bytes } of storage.list('')) if (key.endsWith('-source')) found.push(bytes)
  return found
}

describe('a download by link over several attempts', () => {
  it('another attempt continues what earlier ones have stored, and nothing of them stays behind', async () => {
    const { media, world, host, id, attempt } = await begin()
    host.sends = 2 * megabyte
    expect(await attempt()).toMatchObject({ state: 'not started', attempts: 1 })
    const [stored = 0] = await partsOf(world)
    expect(stored).toBeGreaterThan(0)
    // This one gets nothing, and what the first has stored stays.
    host.isDown = true
    await attempt()
    host.isDown = false
    host.sends = 1_000
    await attempt()
    host.sends = Number.POSITIVE_INFINITY
    expect(await attempt()).toMatchObject({ state: 'finished', attempts: 4, bytes: host.bytes.length })
    expect(host.asked.slice(0, 3)).toEqual([
      {},
      { range: `bytes=${stored}-`, 'if-range': '"1"' },
      { range: `bytes=${stored}-`, 'if-range': '"1"' },
    ])
    expect(Number(/\d+/.exec(host.asked[3]?.range ?? '')?.[0])).toBeGreaterThanOrEqual(stored)
    expect((await download(media, id)).equals(host.bytes)).toBe(true)
    await vi.waitFor(async () => expect(await media.keys()).toHaveLength(1))
  })

  it.each([
    ['has another file by then', { tag: '"2"' }],
    ['can not begin in the middle', { knowsRanges: false }],
  ])('an attempt begins at zero if the host %s', async (_, change) => {
    const { media, host, id, attempt } = await begin()
    host.sends = 2 * megabyte
    await attempt()
    Object.assign(host, { sends: Number.POSITIVE_INFINITY, bytes: randomBytes(2 * megabyte), ...change })
    expect(await attempt()).toMatchObject({ state: 'finished', attempts: 2 })
    expect((await download(media, id)).equals(host.bytes)).toBe(true)
  })

  it('what was stored of a file is removed when its job is parked, and is no fault of the storage before', async () => {
    const { media, world, host, id, attempt } = await begin()
    host.sends = 2 * megabyte
    await attempt()
    const operator = await media.as({ kind: 'service', name: 'operator' })
    expect(await (await operator('GET', '/check')).json()).toMatchObject({ unknown: [], missing: [] })
    expect(await partsOf(world)).toHaveLength(1)
    await media.author('POST', `/media/${id}/cancel`)
    await vi.waitFor(async () => expect(await media.keys()).toEqual([]))
  })
})
