import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { FollowerConfig } from '@logbook/chassis/start/follower-config.ts'
import type { BuildMessage } from './build.ts'
import type { StartBuild } from './rebuild.ts'

/** Builds in a worker thread with its own bus client. */
export const startInThread =
  (config: FollowerConfig): StartBuild =>
  ({ file, liveFile, tell }) => {
    const worker = new Worker(new URL('./thread-main.ts', import.meta.url), {
      workerData: { file, liveFile, config },
    })
    const ended = once(worker, 'exit').catch(() => {})
    worker.on('message', (message: BuildMessage) => tell(message))
    worker.on('error', (error) => tell({ kind: 'failed', reason: error.message }))
    return {
      async stop() {
        worker.postMessage('stop')
        await ended
      },
    }
  }
