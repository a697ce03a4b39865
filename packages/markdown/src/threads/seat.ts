import { Worker } from 'node:worker_threads'
import type { FromThread, Job, Rendered } from './job.ts'
import { limits } from './limits.ts'

/** What came of each job; `overdue`: one of them took too long, failed or ended its thread, and would again. `unavailable`: no thread could be started. */
export type Outcome = readonly Rendered[] | 'overdue' | 'unavailable'

/** A place for one thread, which is started with the first job and again after one that had to be ended. */
export interface Seat {
  /** Does jobs, one after the other. Call it again only when it has resolved. Never rejects. */
  run(jobs: readonly Job[]): Promise<Outcome>
  close(): Promise<void>
}

interface Thread {
  worker: Worker
  ended: Promise<undefined>
  /** Processor time until its last answer. */
  cpuMs: number
}

const cpuMsMaxOf = (jobs: readonly Job[]): number => {
  const chars = jobs.reduce((sum, { markdown }) => sum + markdown.length, 0)
  return limits.cpuMsMax + (chars / 1_000) * limits.cpuMsMaxPerThousandChars
}

/** The next message, or undefined if the thread ends first. */
const messageOf = ({ worker, ended }: Pick<Thread, 'worker' | 'ended'>): Promise<FromThread | undefined> =>
  Promise.race([new Promise<FromThread>((resolve) => worker.once('message', resolve)), ended])

const start = async (file: URL): Promise<Thread | undefined> => {
  // It reads texts of strangers: it has no environment, and no more memory than a text can need.
  const worker = new Worker(file, { env: {}, resourceLimits: limits.threadMemory })
  // Without a listener, a thread that runs out of memory would end the process. Its exit event is handled instead.
  worker.on('error', () => {})
  const ended = new Promise<undefined>((resolve) => worker.once('exit', () => resolve(undefined)))
  const late = setTimeout(() => void worker.terminate(), limits.startMsMax).unref()
  const ready = await messageOf({ worker, ended })
  clearTimeout(late)
  return ready && { worker, ended, cpuMs: ready.cpuMs }
}

/** Ends the thread once it has had its processor time for these jobs, however busy others keep the machine. Returns how to leave it alone. */
const endInTime = ({ worker, cpuMs }: Thread, jobs: readonly Job[]): (() => void) => {
  const begun = performance.now()
  const msMax = cpuMsMaxOf(jobs)
  let isSettled = false
  let timer: NodeJS.Timeout
  const lookAgainIn = (ms: number): void => {
    timer = setTimeout(() => void look(), Math.max(limits.pauseMsMin, ms)).unref()
  }
  const look = async (): Promise<void> => {
    // A thread that has ended cannot report what it used.
    const used = await worker.cpuUsage().catch(() => undefined)
    if (isSettled || used === undefined) return
    const leftMs = cpuMs + msMax - (used.user + used.system) / 1_000
    if (leftMs > 0 && performance.now() - begun < limits.wallMsMax) lookAgainIn(leftMs)
    else await worker.terminate()
  }
  lookAgainIn(msMax)
  return () => {
    isSettled = true
    clearTimeout(timer)
  }
}

/** `file`: the module that the thread runs, which calls `serve`. */
export const createSeat = (file: URL): Seat => {
  let thread: Thread | undefined
  let closed = false

  const answerOf = async (present: Thread, jobs: readonly Job[]): Promise<Outcome> => {
    present.worker.ref()
    present.worker.postMessage(jobs)
    const leaveAlone = endInTime(present, jobs)
    const message = await messageOf(present)
    leaveAlone()
    if (message === undefined) {
      thread = undefined
      return closed ? 'unavailable' : 'overdue'
    }
    present.cpuMs = message.cpuMs
    present.worker.unref()
    return message.rendered ?? 'overdue'
  }

  return {
    async run(jobs) {
      thread ??= closed ? undefined : await start(file)
      return thread === undefined ? 'unavailable' : answerOf(thread, jobs)
    },
    async close() {
      closed = true
      await thread?.worker.terminate()
      thread = undefined
    },
  }
}
