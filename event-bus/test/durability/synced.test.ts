import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { expect, it, onTestFinished, vi } from 'vitest'
import { post } from '../running-bus.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const calls = 'fsync,fdatasync,write,pwrite64,sendto,writev'
const tracer = 'strace'
// As little as tells whether processes can be traced here: some containers forbid it.
const traceable = spawnSync(tracer, ['-f', '-o', '/dev/null', 'true']).status === 0

interface Step {
  kind: 'write' | 'sync' | 'answer'
  line: string
}

/** What of a trace matters: the WAL's writes and syncs, and answers 201 that leave. A call that another cut in two counts at its end. */
const stepsOf = (trace: string): Step[] => {
  const begun = new Map<string, string>()
  return trace.split('\n').flatMap((raw): Step[] => {
    const [, thread = '', call = ''] = /^(\d+) +(.*)$/.exec(raw) ?? []
    if (call.endsWith('<unfinished ...>')) {
      begun.set(thread, call)
      // An answer that has begun to leave has left.
      return /"HTTP\/1\.1 201/.test(call) ? [{ kind: 'answer', line: call }] : []
    }
    const resumed = call.startsWith('<... ')
    const line = resumed ? `${begun.get(thread) ?? ''}${call}` : call
    if (/^p?write(64|v)?\(\d+<[^>]*log\.sqlite-wal>/.test(line)) return [{ kind: 'write', line }]
    if (/^f(data)?sync\(\d+<[^>]*log\.sqlite-wal>\).* = 0$/.test(line)) return [{ kind: 'sync', line }]
    return !resumed && /"HTTP\/1\.1 201/.test(line) ? [{ kind: 'answer', line }] : []
  })
}

/** Answers that left while something of the WAL was written and not synced, or for which nothing was written at all. */
const unsynced = (steps: readonly Step[]): string[] => {
  let state: Step['kind'] = 'answer'
  return steps.flatMap(({ kind, line }) => {
    const early = kind === 'answer' && state !== 'sync'
    state = kind
    return early ? [line] : []
  })
}

const startTraced = async (file: string, trace: string): Promise<{ child: ChildProcess; url: string }> => {
  const args = ['-f', '-y', '-s', '40', '-o', trace, '-e', `trace=${calls}`, process.execPath, main]
  const child = spawn(tracer, args, {
    env: { ...process.env, PORT: '0', DATABASE: file, LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  onTestFinished(() => {
    child.kill('SIGTERM')
  })
  const [message] = await once(child, 'message')
  return { child, url: message.url }
}

it.skipIf(!traceable)(
  `an fsync of the log stands between the last write of each append and its 201${traceable ? '' : ' (skipped: needs strace, and leave to trace)'}`,
  async () => {
    const folder = temporaryFolder()
    const appends = 20
    const { child, url } = await startTraced(`${folder}/log.sqlite`, `${folder}/trace`)
    for (let n = 0; n < appends; n += 1) {
      const answer = await post({ url }, JSON.stringify({ type: 'A', data: 'x'.repeat(n * 1_000) }))
      expect(answer.status).toBe(201)
      await answer.text()
    }
    const steps = await vi.waitFor(async () => {
      const read = stepsOf(await readFile(`${folder}/trace`, 'utf8'))
      expect(read.filter(({ kind }) => kind === 'answer')).toHaveLength(appends)
      return read
    })
    expect(unsynced(steps)).toEqual([])
    expect(steps.filter(({ kind }) => kind === 'write').length).toBeGreaterThanOrEqual(appends)
    // The same trace without its syncs is found out, so this looks at what it says it looks at.
    expect(unsynced(steps.filter(({ kind }) => kind !== 'sync'))).toHaveLength(appends)
    const exited = once(child, 'exit')
    child.disconnect()
    await exited
  },
)
