import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '../run/services.ts'
import { limits } from './limits.ts'

export interface Program {
  readonly name: string
  readonly running: boolean
  /** How often it was killed. */
  readonly kills: number
  /** Resolves once it says that it is there; rejects if it ends instead. */
  start(): Promise<void>
  kill(): Promise<void>
  tell(message: object): void
  /** Why it ended although it was not killed, or undefined. */
  fell(): string | undefined
}

interface ProgramOptions {
  name: string
  /** From the root of the repository. */
  entry: string
  task?: object
  env?: Record<string, string>
}

/** A process that can be killed and started again, and that ends with this one. It reports itself with a first message. */
export const program = ({ name, entry, task, env = {} }: ProgramOptions): Program => {
  let child: ChildProcess | undefined
  let kills = 0
  let killing = false
  let said = ''
  let fell: string | undefined
  const hear = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-limits.saidCharsMax)
  }

  const launch = (): ChildProcess => {
    killing = false
    const started = fork(join(root, entry), task === undefined ? [] : [JSON.stringify(task)], {
      env: { ...process.env, ...env },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    started.stdout?.on('data', hear)
    started.stderr?.on('data', hear)
    started.once('exit', (code, signal) => {
      child = undefined
      if (!killing) fell ??= `${name} ended by itself (${code ?? signal}):\n${said}`
    })
    return started
  }

  return {
    name,
    get running() {
      return child !== undefined
    },
    get kills() {
      return kills
    },
    async start() {
      child = launch()
      const started = child
      const ended = once(started, 'exit').then(() => 'ended')
      const signal = AbortSignal.timeout(limits.startMsMax)
      const first = await Promise.race([once(started, 'message', { signal }), ended])
      if (first === 'ended' && !killing) throw new Error(fell)
    },
    async kill() {
      if (child === undefined) return
      killing = true
      kills += 1
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
    tell: (message) => void child?.send(message),
    fell: () => fell,
  }
}
