import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

const main = new URL('../src/main.ts', import.meta.url)

export interface BusProcess {
  url: string
  /** Ends it, by SIGKILL unless told otherwise, and resolves with its exit code or signal. */
  end: (signal?: NodeJS.Signals) => Promise<number | string>
}

const start = (env: NodeJS.ProcessEnv): ChildProcess => {
  const child = fork(main, {
    env: { ...process.env, PORT: '0', ...env },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}

/** The service as it is in earnest: a process of its own. */
export const startBusProcess = async (env: NodeJS.ProcessEnv): Promise<BusProcess> => {
  const child = start(env)
  child.stdout?.resume()
  child.stderr?.resume()
  const [message] = await once(child, 'message')
  return {
    url: message.url,
    async end(signal = 'SIGKILL') {
      const exited = once(child, 'exit')
      child.kill(signal)
      const [code, by] = await exited
      return code ?? by
    },
  }
}

/** Starts one that can't, and returns how it ended and what it said. */
export const failingBusProcess = async (env: NodeJS.ProcessEnv): Promise<{ code: number; said: string }> => {
  const child = start(env)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk))
  const [code] = await once(child, 'close')
  return { code, said }
}
