import { silentLogger } from '@logbook/chassis/logger.ts'
import { onTestFinished } from 'vitest'
import { runJob } from '../src/worker/job.ts'
import { workOn } from '../src/worker/loop.ts'
import { createTools } from '../src/worker/own-tools.ts'
import { createMediaService } from '../src/worker/service.ts'
import type { Tools } from '../src/worker/tools.ts'
import type { bootMedia, World } from './booted.ts'

type Media = Awaited<ReturnType<typeof bootMedia>>

/** A worker in this process, which ends with the test. */
export const startWorker = (
  media: Media,
  world: World,
  tools: Partial<Tools> = {},
  storage = world.storage,
) => {
  const ending = new AbortController()
  const service = createMediaService({ url: media.url, token: media.token, worker: 'in-process' })
  const own = { ...createTools([]), ...tools }
  const options = {
    ...{ service, storageOf: async () => storage, tools: own },
    ...{ idleMsMax: Number.POSITIVE_INFINITY, logger: silentLogger },
  }
  const ended = workOn({ ...options, ending: ending.signal })
  const stop = async () => {
    ending.abort()
    await ended
  }
  onTestFinished(stop)
  return { stop }
}

/** Uploads bytes as an author, and resolves to the id of the medium. */
export const upload = async (
  media: Media,
  bytes: Buffer,
  fields: Record<string, string> = {},
): Promise<string> => {
  const all = { filename: 'heron.png', ...fields }
  const metadata = Object.entries(all).map(
    ([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`,
  )
  const answer = await media.author('POST', '/media/uploads', bytes, {
    ...{
      'Tus-Resumable': '1.0.0',
      'Upload-Length': String(bytes.length),
      'Upload-Metadata': metadata.join(','),
    },
    'Content-Type': 'application/offset+octet-stream',
  })
  if (answer.status !== 201) throw new Error(await answer.text())
  return answer.headers.get('Location')?.split('/').at(-1) ?? ''
}

/** Does the next job in this process, and waits for no other. */
export const workOnce = async (
  media: Media,
  { storage }: World,
  tools: Partial<Tools> = {},
): Promise<void> => {
  const job = await media.claim()
  if (job === undefined) throw new Error('There is no job.')
  const service = createMediaService({ url: media.url, token: media.token, worker: 'in-process' })
  const own = { ...createTools([]), ...tools }
  const ending = new AbortController().signal
  await runJob(job, { service, storageOf: async () => storage, tools: own, ending })
}
