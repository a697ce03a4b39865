import type { ChildProcess } from 'node:child_process'
import { backoff, pause } from '@logbook/chassis/async/pause.ts'
import { limits } from './limits.ts'

type Status = 'idle' | 'running' | 'waiting' | 'stopping' | 'stopped'

interface SupervisedOptions {
  launch: () => ChildProcess
  /** Once for each process, before it says anything. */
  onLaunch: (child: ChildProcess) => void
  onDeath: (death: { how: string; restartInMs: number }) => void
  /** The service refuses to start, for its settings or its files: starting it again would change nothing. */
  onRefusal: () => void
}

/** The exit status of a service that refuses to start (EX_CONFIG of sysexits). */
const refused = 78

/** One service kept alive: a process that ends without having been asked to is started again, later each time. */
export class Supervised {
  readonly #options: SupervisedOptions
  #status: Status = 'idle'
  #child: ChildProcess | undefined
  #ended: Promise<void> = Promise.resolve()
  #failures = 0
  #waiting = new AbortController()

  constructor(options: SupervisedOptions) {
    this.#options = options
  }

  get pid(): number | undefined {
    return this.#status === 'running' ? this.#child?.pid : undefined
  }

  start(): void {
    if (this.#status === 'running' || this.#status === 'stopping') return
    this.#waiting.abort()
    this.#waiting = new AbortController()
    const launchedAt = performance.now()
    const child = this.#options.launch()
    this.#child = child
    this.#status = 'running'
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => {
        resolve()
        this.#died(error.message, launchedAt)
      })
      child.once('exit', (code, signal) => {
        resolve()
        if (this.#status === 'stopping') this.#status = 'stopped'
        else if (code === refused) this.#options.onRefusal()
        else this.#died(signal ?? `exit code ${code}`, launchedAt)
      })
    })
    this.#options.onLaunch(child)
  }

  /** Asks the process to end, and kills it after a grace time. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#waiting.abort()
    this.#failures = 0
    if (this.#status !== 'running') {
      if (this.#status !== 'stopping') this.#status = 'stopped'
      return this.#ended
    }
    this.#status = 'stopping'
    this.#child?.kill('SIGTERM')
    const impatience = setTimeout(() => this.kill(), limits.stopGraceMs)
    await this.#ended
    clearTimeout(impatience)
  }

  /** At once, its own children too. */
  kill(): void {
    const child = this.#child
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL')
    } catch {
      child.kill('SIGKILL')
    }
  }

  #died(how: string, launchedAt: number): void {
    this.#status = 'waiting'
    if (performance.now() - launchedAt > limits.steadyAfterMs) this.#failures = 0
    const bounds = { initial: limits.restartDelayMsMin, max: limits.restartDelayMsMax }
    const restartInMs = Math.round(backoff(bounds, this.#failures++))
    this.#options.onDeath({ how, restartInMs })
    const { signal } = this.#waiting
    pause(restartInMs, signal).then(() => {
      if (!signal.aborted) this.start()
    })
  }
}
