import { callers } from '@logbook/chassis/testing/access.ts'
import { describe, expect, it, vi } from 'vitest'
import { limits } from '../src/limits.ts'
import { bootMedia, createClock, createWorld } from './booted.ts'

describe('a job', () => {
  it('a job is shown as not started, in progress and finished, and its result can be downloaded', async () => {
    const media = await bootMedia()
    const id = await media.request({ name: 'heron.jpg' })
    expect(await media.one(id)).toMatchObject({ state: 'not started', source: 'link', name: 'heron.jpg' })
    const job = await media.claim()
    expect(job).toMatchObject({ id, lease: 1, attempt: 1, url: 'https://pictures.example/heron.jpg' })
    if (!job) throw new Error('no job')
    const report = { lease: 1, step: 'fetching', bytes: 10, total: 40 }
    expect((await media.worker('POST', `/work/${id}/progress`, report)).status).toBe(200)
    expect(await media.one(id)).toMatchObject({ state: 'in progress', progress: { bytes: 10, total: 40 } })
    expect((await media.finish(job, Buffer.from('a heron'))).status).toBe(200)
    const finished = await media.one(id)
    expect(finished).toMatchObject({ state: 'finished', type: 'text/plain', bytes: 7, progress: null })
    const download = await media.author('GET', finished.variants[0]?.url ?? '')
    expect(await download.text()).toBe('a heron')
  })

  it('HEAD of the progress of a job ends at once', async () => {
    const media = await bootMedia()
    const head = await media.author('HEAD', `/media/${await media.request()}/progress`)
    expect(head.status).toBe(200)
    expect(head.headers.get('Content-Type')).toMatch('text/event-stream')
  })

  it('a job is taken from a silent worker, whose late result is refused by its lease', async () => {
    const clock = createClock()
    const world = createWorld(clock)
    const media = await bootMedia(world)
    const id = await media.request()
    const first = await media.claim('first')
    if (!first) throw new Error('no job')
    // The service looks once a second of the real clock; first it has to have seen the lease.
    clock.pass(limits.leaseMs + 1)
    await vi.waitFor(async () => expect((await media.one(id)).state).toBe('not started'))
    clock.pass(limits.retryFirstMs)
    const second = await media.claim('second')
    expect(second).toMatchObject({ id, lease: 2, attempt: 2 })
    if (!second) throw new Error('no job')
    const late = await media.finish(first, Buffer.from('late'))
    expect(late.status).toBe(409)
    expect(await late.json()).toMatchObject({ code: 'conflict', lease: 2 })
    for (const what of ['heartbeat', 'progress', 'fail']) {
      const body = { heartbeat: {}, progress: { step: 'making', bytes: 1, total: 1 } }
      const more = what === 'fail' ? { kind: 'again', reason: 'late' } : body[what as 'heartbeat']
      const answer = await media.worker('POST', `/work/${id}/${what}`, { lease: 1, ...more })
      expect({ what, status: answer.status }).toEqual({ what, status: 409 })
    }
    expect((await media.finish(second, Buffer.from('in time'))).status).toBe(200)
    // A worker that lost the answer asks again, and gets the same one.
    expect((await media.finish(second, Buffer.from('in time'))).status).toBe(200)
    const finished = (await world.events()).filter(({ type }) => type === 'MediaFinished')
    expect(finished).toHaveLength(1)
    // What the stale lease stored is gone.
    await vi.waitFor(async () => expect(await media.keys()).toEqual([`${second.keyPrefix}original`]))
  })

  it('a worker keeps its job while it sends heartbeats', async () => {
    const clock = createClock()
    const media = await bootMedia(createWorld(clock))
    const id = await media.request()
    await media.claim()
    for (let beat = 0; beat < 3; beat++) {
      clock.pass(limits.leaseMs - 1)
      expect((await media.worker('POST', `/work/${id}/heartbeat`, { lease: 1 })).status).toBe(200)
    }
    expect(await media.one(id)).toMatchObject({ state: 'in progress', attempts: 1 })
  })

  it('a job is parked after its last attempt, and a retry puts it back at its position in the queue', async () => {
    const clock = createClock()
    const media = await bootMedia(createWorld(clock))
    const id = await media.request()
    for (let attempt = 1; attempt <= limits.attemptsMax; attempt++) {
      clock.pass(limits.retryMsMax)
      expect(await media.claim()).toMatchObject({ id, attempt, lease: attempt })
      const report = { lease: attempt, kind: 'again', reason: 'The other host answered 503.' }
      expect((await media.worker('POST', `/work/${id}/fail`, report)).status).toBe(200)
    }
    const parked = await media.one(id)
    expect(parked).toMatchObject({ state: 'failed', reason: 'The other host answered 503.', retryAt: null })
    const later = await media.request()
    expect((await media.author('POST', `/media/${id}/retry`)).status).toBe(200)
    expect(await media.claim()).toMatchObject({ id, attempt: 1, lease: limits.attemptsMax + 1 })
    expect(await media.claim()).toMatchObject({ id: later })
  })

  it('a refused job has no further attempt, and a postponed job loses none', async () => {
    const media = await bootMedia()
    const refused = await media.request()
    await media.claim()
    await media.worker('POST', `/work/${refused}/fail`, { lease: 1, kind: 'refused', reason: 'It is HEIC.' })
    expect(await media.one(refused)).toMatchObject({ state: 'failed', reason: 'It is HEIC.', attempts: 1 })
    const isDelayed = await media.request()
    await media.claim()
    const reason = 'The disk is full.'
    await media.worker('POST', `/work/${isDelayed}/fail`, { lease: 1, kind: 'later', reason })
    const waiting = await media.one(isDelayed)
    expect(waiting).toMatchObject({ state: 'not started', reason, attempts: 0 })
    expect(waiting.retryAt).not.toBeNull()
  })

  it('a job that was postponed by a clock that was ahead is assigned once the clock is right, and shows its progress', async () => {
    const clock = createClock()
    const media = await bootMedia(createWorld(clock))
    const aheadMs = 10 * 86_400_000
    clock.jump(aheadMs)
    const id = await media.request()
    await media.claim()
    const progress = (lease: number) =>
      media.worker('POST', `/work/${id}/progress`, { lease, step: 'making', bytes: lease, total: null })
    await progress(1)
    await media.worker('POST', `/work/${id}/fail`, { lease: 1, kind: 'later', reason: 'The disk is full.' })
    expect(await media.claim('a-worker', 0)).toBeUndefined()
    clock.jump(-aheadMs)
    expect(await media.claim()).toMatchObject({ id, lease: 2, attempt: 1 })
    clock.jump(aheadMs)
    await progress(2)
    clock.jump(-aheadMs)
    await progress(2)
    const progressed = (await media.one(id)).progress
    expect(progressed).toMatchObject({ bytes: 2 })
  })

  it('files by link that together exceed the quota of their owner are finished up to it, and the others are parked with the reason', async () => {
    const media = await bootMedia(createWorld(), { personBytesMax: 250 })
    const ids = await Promise.all(Array.from({ length: 20 }, () => media.request()))
    // All are under way before the first is finished.
    const jobs = await Promise.all(ids.slice(0, 10).map((_, index) => media.claim(`worker-${index}`)))
    const contents = (index: number) => Buffer.alloc(100, String(index))
    const answers = await Promise.all(
      jobs.map(async (job, index) => {
        if (!job) throw new Error('no job')
        const answer = await media.finish(job, contents(index))
        if (answer.status === 413) {
          const { detail: reason } = (await answer.json()) as { detail: string }
          await media.worker('POST', `/work/${job.id}/fail`, { lease: job.lease, kind: 'refused', reason })
        }
        return answer.status
      }),
    )
    expect(answers.toSorted()).toEqual([...Array(2).fill(200), ...Array(8).fill(413)])
    // What is left of the quota is too little for any of the others, which are not known to be so large.
    const last = await media.claim()
    if (!last) throw new Error('no job')
    expect((await media.finish(last, Buffer.alloc(50, 'x'))).status).toBe(200)
    expect(await media.claim('a-worker', 0)).toBeUndefined()
    const all = await Promise.all(ids.map((id) => media.one(id)))
    expect(all.filter(({ state }) => state === 'finished')).toHaveLength(3)
    const parked = all.filter(({ state }) => state === 'failed')
    expect(new Set(parked.map(({ reason }) => reason))).toEqual(
      new Set([
        'Your files use 200 of 250 bytes. This file would exceed the quota.',
        'Your files use 250 of 250 bytes. This file would exceed the quota.',
      ]),
    )
    await vi.waitFor(async () => expect(await media.keys()).toHaveLength(3))
  })

  it('an address with credentials is refused before it is in the log', async () => {
    const world = createWorld()
    const media = await bootMedia(world)
    for (const url of ['https://user:secret@a.example/b', 'https://user@a.example/b']) {
      const answer = await media.author('POST', '/media', { url })
      expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('credentials')])
    }
    expect(await world.events()).toEqual([])
  })

  it('a job is assigned only to a worker that supports all that it needs', async () => {
    const media = await bootMedia()
    const sepia = await media.request({ filters: ['invert', 'sepia'] })
    const plain = await media.request()
    const old = { version: '0.0.1', kinds: ['link', 'upload', 'filter:invert'] }
    expect(await media.claim('old', 10, old)).toMatchObject({ id: plain })
    expect(await media.claim('old', 0, old)).toBeUndefined()
    expect(await media.one(sepia)).toMatchObject({ state: 'not started', attempts: 0 })
    expect(await media.claim('new')).toMatchObject({ id: sepia, attempt: 1 })
    await media.request()
    expect(await media.claim('uploads', 0, { version: '9.0.0', kinds: ['upload'] })).toBeUndefined()
    const untold = await media.worker('POST', '/work/claim', { worker: 'untold' })
    expect(untold.status).toBe(422)
    expect(await untold.text()).toMatch(/version.*kinds/)
  })

  it('no job is assigned while the storage is full, and the health report says so', async () => {
    let storageFault: string | undefined = 'The disk is full.'
    const media = await bootMedia(createWorld(), { storageFault: () => storageFault })
    const id = await media.request()
    expect(await media.claim('a-worker', 0)).toBeUndefined()
    const health = await fetch(`${media.url}/health`)
    expect(await health.json()).toMatchObject({ media: { storage: storageFault }, jobs: { waiting: 1 } })
    storageFault = undefined
    expect(await media.claim()).toMatchObject({ id })
  })

  it('a cancelled job is refused to its worker and can be retried', async () => {
    const media = await bootMedia()
    const id = await media.request()
    const job = await media.claim()
    expect((await media.author('POST', `/media/${id}/cancel`)).status).toBe(200)
    expect(await media.one(id)).toMatchObject({ state: 'failed', reason: 'It was cancelled.' })
    if (!job) throw new Error('no job')
    expect((await media.finish(job)).status).toBe(409)
    await vi.waitFor(async () => expect(await media.keys()).toEqual([]))
    await media.author('POST', `/media/${id}/retry`)
    expect(await media.claim()).toMatchObject({ id, lease: 2 })
  })

  it('a job of one person does not wait for the many jobs of another', async () => {
    const media = await bootMedia()
    const many = await Promise.all(Array.from({ length: 20 }, () => media.request()))
    const other = await media.as(callers.otherAuthor)
    const single = await media.request({}, other)
    expect((await media.claim())?.id).toBe(many[0])
    expect((await media.claim())?.id).toBe(single)
    expect((await media.claim())?.id).toBe(many[1])
  })

  it('a job is assigned to one of many workers that claim at once', async () => {
    const media = await bootMedia()
    const ids = await Promise.all(Array.from({ length: 8 }, () => media.request()))
    const jobs = await Promise.all(Array.from({ length: 8 }, (_, index) => media.claim(`worker-${index}`)))
    expect(jobs.map((job) => job?.id).sort()).toEqual([...ids].sort())
    expect(await media.claim('late', 0)).toBeUndefined()
  })
})
