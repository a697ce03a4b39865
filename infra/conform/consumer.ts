import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { pause } from '@logbook/chassis/async/pause.ts'
import { limits } from './limits.ts'

export interface Consumer {
  url: string
  start(): void
  /** Ends it and everything it started, at once. */
  kill(): Promise<void>
  /** Asks it to end, and insists when it does not. */
  stop(): Promise<void>
  readonly kills: number
  /** How it ended although it was not killed, or undefined. */
  fell(): string | undefined
}

interface ConsumerOptions {
  command: readonly string[]
  port: number
  env: Record<string, string>
}

/** A program that reads the bus, in a process group of its own. Node's ones end with this one by themselves. */
export const consumerOf = ({ command, port, env }: ConsumerOptions): Consumer => {
  const [file = '', ...parameters] = command
  let child: ChildProcess | undefined
  let expected = false
  let kills = 0
  let said = ''
  let fell: string | undefined
  const hear = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-limits.saidCharsMax)
  }

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child?.pid === undefined) return
    expected = true
    const ended = once(child, 'exit')
    try {
      process.kill(-child.pid, signal)
    } catch {
      // It has ended meanwhile, or its group has.
    }
    await ended
  }

  return {
    url: `http://127.0.0.1:${port}`,
    get kills() {
      return kills
    },
    fell: () => fell,
    start() {
      expected = false
      const started = spawn(file, parameters, {
        env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), ...env },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        detached: process.platform !== 'win32',
      })
      child = started
      started.stdout?.on('data', hear)
      started.stderr?.on('data', hear)
      started.once('error', (error) => {
        child = undefined
        fell ??= `${command.join(' ')} can't be started: ${error.message}`
      })
      started.once('exit', (code, signal) => {
        child = undefined
        if (!expected) fell ??= `${command.join(' ')} ended by itself (${code ?? signal}):\n${said}`
      })
    },
    async kill() {
      if (child === undefined) return
      kills += 1
      await end('SIGKILL')
    },
    async stop() {
      if (child === undefined) return
      const waiting = new AbortController()
      const late = pause(limits.stopMsMax, waiting.signal).then(() => 'late')
      const how = await Promise.race([end('SIGTERM'), late])
      waiting.abort()
      if (how === 'late') await end('SIGKILL')
    },
  }
}
