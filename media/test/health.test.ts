import { Readable } from 'node:stream'
import { expect, it, vi } from 'vitest'
import { limits } from '../src/limits.ts'
import type { Storage } from '../src/storage/storage.ts'
import { StorageUnavailable } from '../src/storage/unavailable.ts'
import { bootMedia, createClock, createWorld } from './booted.ts'

const complaintsOf = async ({ url }: { url: string }): Promise<{ reason: string; detail: string }[]> =>
  (await (await fetch(`${url}/health`)).json()).complaints

it('health and the list of parked work report parked jobs, and no refused files, until they are retried', async () => {
  const clock = createClock()
  const media = await bootMedia(createWorld(clock))
  const id = await media.request()
  const failed = async (kind: string) => {
    const job = await media.claim()
    const body = { lease: job?.lease, kind, reason: 'It failed.' }
    expect((await media.worker('POST', `/work/${job?.id}/fail`, body)).status).toBe(200)
    await media.one(job?.id ?? '')
    clock.pass(limits.retryMsMax)
  }
  for (let attempt = 1; attempt <= limits.attemptsMax; attempt++) await failed('again')
  await media.request()
  await failed('refused')
  const complaints = [{ reason: 'jobs', detail: '1 media job is parked after the last attempt.' }]
  expect(await complaintsOf(media)).toEqual(complaints)
  expect(await media.parked?.list(10)).toEqual([
    { id: `job-${id}`, subject: `media-${id}`, reason: 'It failed.', since: expect.any(String) },
  ])
  expect(await media.parked?.retry(`job-${id}`)).toBe(1)
  await media.one(id)
  expect(await complaintsOf(media)).toEqual([])
  expect([await media.parked?.list(10), await media.parked?.retry()]).toEqual([[], 0])
})

it('health reports files that the log names and the storage does not have, until they are back', async () => {
  const clock = createClock()
  const world = createWorld(clock)
  const media = await bootMedia(world)
  const id = await media.request()
  const job = await media.claim()
  if (!job) throw new Error('no job')
  await media.finish(job)
  await media.one(id)
  const key = `${job.keyPrefix}original`
  const pieces: Uint8Array[] = []
  for await (const piece of (await world.storage.get(key))?.stream ?? []) pieces.push(piece)
  await world.storage.remove(key)
  clock.pass(limits.storageCheckMs)
  const detail = '1 file that the log names is missing.'
  await vi.waitFor(
    async () => expect(await complaintsOf(media)).toEqual([{ reason: 'storage', detail }]),
    5_000,
  )
  await world.storage.put(key, Readable.from(pieces))
  clock.pass(limits.storageCheckRetryMs)
  await vi.waitFor(async () => expect(await complaintsOf(media)).toEqual([]), 5_000)
})

it('health reports a storage that is away, no job is assigned meanwhile, and work continues once it is back', async () => {
  const clock = createClock()
  const world = createWorld(clock)
  let isAway = true
  const storage: Storage = {
    ...world.storage,
    put: (...given) =>
      isAway
        ? Promise.reject(new StorageUnavailable('away', new Error('ECONNREFUSED')))
        : world.storage.put(...given),
  }
  const media = await bootMedia(world, { storage })
  const id = await media.request()
  const job = await media.claim()
  const body = { lease: job?.lease, kind: 'later', reason: 'The storage is not available.' }
  await media.worker('POST', `/work/${id}/fail`, body)
  const detail = 'The storage is not available: ECONNREFUSED'
  await vi.waitFor(
    async () => expect(await complaintsOf(media)).toEqual([{ reason: 'storage', detail }]),
    5_000,
  )
  clock.pass(limits.postponedMs)
  expect(await media.claim('a-worker', 0)).toBeUndefined()
  isAway = false
  clock.pass(limits.storageLookMs)
  await vi.waitFor(async () => expect(await complaintsOf(media)).toEqual([]), 5_000)
  expect(await media.claim()).toMatchObject({ id, attempt: 1 })
  expect(await media.keys()).toEqual([])
})
