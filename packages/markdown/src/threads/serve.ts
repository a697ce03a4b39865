import { parentPort } from 'node:worker_threads'
import type { FromThread, Job, Rendered } from './job.ts'

const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

/** Makes this thread answer jobs with `render`, one after the other. What it throws fails its job alone. */
export const serve = (render: (job: Job) => Rendered): void => {
  const say = (message: Omit<FromThread, 'cpuMs'>) =>
    parentPort?.postMessage({ ...message, cpuMs: cpuMs() } satisfies FromThread)
  parentPort?.on('message', (job: Job) => {
    try {
      say({ kind: 'rendered', rendered: render(job) })
    } catch {
      say({ kind: 'failed' })
    }
  })
  say({ kind: 'ready' })
}
