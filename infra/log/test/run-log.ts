import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

/** Starts `npm run log --` as a process of its own, with these settings beside the system's. */
export const startLog = (words: readonly string[], settings: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, [main, ...words], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    said.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    said.err += chunk
  })
  const closed = once(child, 'close')
  return {
    said,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Resolves with the exit code and what was printed. */
    ended: async () => ({ code: (await closed)[0] as number | null, ...said }),
  }
}

/** Runs it to its end. */
export const runLog = (words: readonly string[], settings: Readonly<Record<string, string>>) =>
  startLog(words, settings).ended()
