import { parentPort } from 'node:worker_threads'
import type { FromThread, Job, Rendered } from './job.ts'

const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

/** Makes this thread answer messages with `render`, job after job. An exception fails all jobs of its message. */
export const serve = (render: (job: Job) => Rendered): void => {
  const say = (message: Omit<FromThread, 'cpuMs'>) =>
    parentPort?.postMessage({ ...message, cpuMs: cpuMs() } satisfies FromThread)
  parentPort?.on('message', (jobs: readonly Job[]) => {
    try {
      say({ kind: 'rendered', rendered: jobs.map(render) })
    } catch {
      say({ kind: 'failed' })
    }
  })
  say({ kind: 'ready' })
}
