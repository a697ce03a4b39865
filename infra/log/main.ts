import { systemClock } from '@logbook/chassis/clock.ts'
import { runCommand } from '@logbook/chassis/start/command-line.ts'
import { createCommand } from './commands.ts'

const { env, stdout, stderr } = process

const interrupted = (): AbortSignal => {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  return stopping.signal
}

await runCommand('log', () =>
  createCommand({ env, stdout, stderr, clock: systemClock, interrupted }).parseAsync(),
)
