import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '@logbook/chassis/testing/until.ts'
import { mediaWorker } from '@logbook/contracts/identity.ts'
import { type Logbook, startLogbook } from '../e2e/logbook.ts'
import { nodeEnvironment } from '../run/service-environment.ts'

const workerFile = join(import.meta.dirname, '../../media/src/worker/main.ts')
const services = ['event-bus', 'accounts', 'posts', 'media', 'gateway'] as const
const patienceMs = 1_800_000
const pieceBytes = 16 * 1024 * 1024

export interface MediaWorker {
  /** The most memory that was resident, in MB; as Linux counts it. */
  peakMB(): number
  stop(): Promise<void>
}

export interface MediaBlog {
  logbook: Logbook
  /** Starts a worker process, which has one thread for each picture, as its peer has. */
  startWorker(): MediaWorker
  /** Asks media through the gateway as an author. Throws for what is refused. */
  ask(path: string, asked: RequestInit): Promise<Response>
  /** Uploads bytes in pieces, by tus, and resolves to the id of the medium. */
  upload(name: string, bytes: Buffer): Promise<string>
  /** Publishes a post that shows a file, and resolves once everyone may read that. */
  publish(id: string): Promise<void>
  /** Resolves when so many media are finished in all. Throws as soon as one failed. */
  finished(count: number): Promise<void>
}

const startWorkerOf = (logbook: Logbook, storage: string): MediaWorker => {
  const worker: ChildProcess = spawn(process.execPath, ['--max-semi-space-size=4', workerFile], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...{ ...process.env, ...nodeEnvironment() },
      ...{ MEDIA_URL: logbook.url('media'), MEDIA_STORAGE: storage, MEDIA_FETCH_ALLOW: 'loopback' },
      ...{ SERVICE_TOKEN: logbook.tokenOf(mediaWorker), LOG_LEVEL: 'warn', VIPS_CONCURRENCY: '1' },
    },
  })
  const ended = once(worker, 'exit')
  return {
    peakMB() {
      const status = readFileSync(`/proc/${worker.pid}/status`, 'utf8')
      return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1_000
    },
    async stop() {
      worker.kill('SIGTERM')
      await ended
    },
  }
}

const uploadBy = async (ask: MediaBlog['ask'], name: string, bytes: Buffer): Promise<string> => {
  const tus = { 'Tus-Resumable': '1.0.0' }
  const filename = Buffer.from(name).toString('base64')
  const begun = await ask('/uploads', {
    method: 'POST',
    headers: { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': `filename ${filename}` },
  })
  const id = begun.headers.get('Location')?.split('/').at(-1) ?? ''
  for (let at = 0; at < bytes.length; at += pieceBytes)
    await ask(`/uploads/${id}`, {
      method: 'PATCH',
      headers: { ...tus, 'Upload-Offset': String(at), 'Content-Type': 'application/offset+octet-stream' },
      body: new Uint8Array(bytes.subarray(at, at + pieceBytes)),
    })
  return id
}

/** A Logbook with media and without workers, which ends with `work`. */
export const withMediaBlog = async <Result>(
  folder: string,
  work: (blog: MediaBlog) => Promise<Result>,
): Promise<Result> => {
  const storage = join(folder, 'media')
  const settings = { MEDIA_STORAGE: storage, MEDIA_FETCH_ALLOW: 'loopback', MEDIA_WORKERS: '0' }
  const logbook = await startLogbook({ services, settings })
  const author = await logbook.as('author')
  const ask: MediaBlog['ask'] = async (path, { headers, ...asked }) => {
    const all = new Headers({ ...author, ...(headers as Record<string, string>) })
    const answer = await fetch(`${logbook.url('gateway')}/api/media${path}`, { ...asked, headers: all })
    if (!answer.ok) throw new Error(`${path} is answered ${answer.status}: ${await answer.text()}`)
    return answer
  }
  const jobs = async () => {
    const health = (await (await fetch(`${logbook.url('media')}/health`)).json()) as {
      jobs: Record<string, number>
    }
    return health.jobs
  }
  try {
    return await work({
      ...{ logbook, ask },
      startWorker: () => startWorkerOf(logbook, storage),
      upload: (name, bytes) => uploadBy(ask, name, bytes),
      async publish(id) {
        const path = `/api/media/${id}/original`
        const headers = { ...author, 'Content-Type': 'application/json' }
        const body = JSON.stringify({ title: 'A heron', content: `[A heron](${path})` })
        const gateway = logbook.url('gateway')
        const answer = await fetch(`${gateway}/api/posts`, { method: 'POST', headers, body })
        if (!answer.ok) throw new Error(`The post is refused: ${await answer.text()}`)
        await until(async () => (await fetch(gateway + path)).ok, 'the file to be public')
      },
      async finished(count) {
        const state = await until(
          async () => {
            const { finished = 0, parked = 0 } = await jobs()
            return parked > 0 ? 'parked' : finished >= count && 'finished'
          },
          `${count} media`,
          { withinMs: patienceMs },
        )
        if (state === 'parked') throw new Error('A job was parked.')
      },
    })
  } finally {
    await logbook.close()
  }
}
