import { callers } from '@logbook/chassis/testing/access.ts'
import type { MediaQueueAnswer, MediumHistoryEntry } from '@logbook/contracts/http/media-queue.ts'
import { describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { bootMedia, createClock, createWorld } from './booted.ts'

type Media = Awaited<ReturnType<typeof bootMedia>>

const historyOf = async (media: Media, id: string): Promise<MediumHistoryEntry[]> => {
  await media.one(id)
  return (await (await media.author('GET', `/media/${id}/history`)).json()) as MediumHistoryEntry[]
}

describe('the history of a job', () => {
  it('the history of a job tells its request, leases, attempts and result, each with its cause', async () => {
    const clock = createClock()
    const media = await bootMedia(createWorld(clock))
    const id = await media.request()
    await media.claim('first')
    for (const bytes of [10, 20]) {
      clock.pass(limits.progressMsMin)
      const report = { lease: 1, step: 'fetching', bytes, total: 40 }
      await media.worker('POST', `/work/${id}/progress`, report)
    }
    const reason = 'The other host answered 503.'
    await media.worker('POST', `/work/${id}/fail`, { lease: 1, kind: 'again', reason })
    clock.pass(limits.retryFirstMs)
    const second = await media.claim('second')
    clock.pass(4_000)
    if (!second) throw new Error('no job')
    await media.finish(second)
    const history = await historyOf(media, id)
    expect(history.map(({ says }) => says)).toEqual([
      'Requested by link.',
      'Attempt 1 began, by the worker first under lease 1.',
      'Fetched 20 of 40 bytes.',
      'Attempt 1 failed.',
      'Attempt 2 began, by the worker second under lease 2.',
      'Finished with 1 file.',
    ])
    const [requested, first, , failed, again, finished] = history
    expect(first).toMatchObject({ cause: requested?.id, lease: 1, attempt: 1, worker: 'first' })
    expect(failed).toMatchObject({ cause: first?.id, worker: 'first', reason, seconds: 2 })
    expect(failed?.retryAt).not.toBeNull()
    expect(again).toMatchObject({ cause: failed?.id, attempt: 2, seconds: null })
    expect(finished).toMatchObject({ cause: again?.id, worker: 'second', attempt: 2, seconds: 4 })
  })

  it('the history says who cancelled and retried a job, and is refused to people who may not see it', async () => {
    const media = await bootMedia()
    const id = await media.request()
    await media.author('POST', `/media/${id}/cancel`)
    await media.author('POST', `/media/${id}/retry`)
    await media.claim()
    const [, cancelled, retried, claimed] = await historyOf(media, id)
    expect(cancelled?.by?.id).toBe(callers.author.id)
    expect(retried).toMatchObject({ says: 'Put back at its place in the queue.', cause: null })
    expect(claimed?.cause).toBe(retried?.id)
    const other = await media.as(callers.otherAuthor)
    expect((await other('GET', `/media/${id}/history`)).status).toBe(404)
  })

  it('the queue counts jobs by state, and names workers with their job, results and rate', async () => {
    const clock = createClock()
    const media = await bootMedia(createWorld(clock))
    const owner = await media.as(callers.owner)
    const queue = async (): Promise<MediaQueueAnswer> => (await owner('GET', '/media/queue')).json()
    const requestedAt = clock.now().toISOString()
    const ids = [await media.request(), await media.request(), await media.request(), await media.request()]
    expect(await queue()).toMatchObject({
      ...{ jobs: { waiting: 4, claimed: 0 }, oldestAt: requestedAt, fault: null, workers: [] },
    })
    for (let count = 0; count < 2; count++) {
      const job = await media.claim('quick')
      if (!job) throw new Error('no job')
      await media.finish(job, Buffer.from(`${count}`))
    }
    const failing = await media.claim('slow')
    await media.worker('POST', `/work/${failing?.id}/fail`, {
      lease: 1,
      kind: 'again',
      reason: 'It is gone.',
    })
    await media.claim('slow')
    await media.one(ids[3] ?? '')
    const { jobs, workers, rateMinutes } = await queue()
    expect(jobs).toEqual({ waiting: 1, postponed: 1, claimed: 1, finished: 2, parked: 0, cancelled: 0 })
    expect(workers).toEqual([
      expect.objectContaining({ name: 'quick', job: null, finished: 2, failed: 0, rate: 2 / rateMinutes }),
      expect.objectContaining({ name: 'slow', job: ids[3], finished: 0, failed: 1, rate: 0 }),
    ])
    clock.pass(rateMinutes * 60_000)
    expect((await queue()).workers[0]).toMatchObject({ finished: 2, rate: 0 })
    clock.pass(limits.paceMinutesMax * 60_000)
    expect((await queue()).workers.map(({ name }) => name)).toEqual(['slow'])
    expect((await media.author('GET', '/media/queue')).status).toBe(403)
  })
})
