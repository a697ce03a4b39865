import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Load } from './bus-load.ts'

export interface RunningBus {
  url: string
  pid: number
  /** From its start until it listened. */
  startMs: number
  stop(): Promise<void>
}

const mains = {
  bus: new URL('../../event-bus/src/main.ts', import.meta.url),
  ungrouped: new URL('./bus-ungrouped.ts', import.meta.url),
}

const messageOf = async (child: ChildProcess, what: string): Promise<Record<string, unknown>> => {
  const ended = new AbortController()
  child.once('exit', (code) => ended.abort(new Error(`${what} ended with ${code}`)))
  const [message] = await once(child, 'message', { signal: ended.signal })
  return message
}

/** The event bus as it is deployed, or with a transaction for each request, on a file of its own. */
export const startBus = async (file: string, which: keyof typeof mains = 'bus'): Promise<RunningBus> => {
  const begun = performance.now()
  const env = {
    ...process.env,
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE: file,
    SUBSCRIPTIONS_DATABASE: `${file}.subscriptions`,
    LOG_LEVEL: 'error',
  }
  const child = fork(mains[which], { env })
  const { url } = await messageOf(child, 'the bus')
  return {
    url: String(url),
    pid: child.pid ?? 0,
    startMs: performance.now() - begun,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Runs a load in a process of its own and returns what it measured. */
export const runLoad = async (load: Load): Promise<number[]> => {
  const child = fork(new URL('./bus-load.ts', import.meta.url), [JSON.stringify(load)])
  const { measured } = await messageOf(child, `the load ${load.kind}`)
  return [measured].flat().map(Number)
}

/** A program that takes what the bus pushes. */
export interface RunningHandler {
  url: string
  /** Requests so far. */
  count(): Promise<number>
  stop(): Promise<void>
}

export const startHandler = async (): Promise<RunningHandler> => {
  const child = fork(new URL('./bus-push-handler.ts', import.meta.url))
  const { url } = await messageOf(child, 'the handler')
  return {
    url: String(url),
    async count() {
      child.send({})
      return Number((await messageOf(child, 'the handler')).count)
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}
