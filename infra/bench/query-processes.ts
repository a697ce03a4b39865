import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestOf } from '@logbook/chassis/access/service-tokens.ts'
import { services } from '../run/services.ts'

const root = join(import.meta.dirname, '../..')

/** What lets in the operator where a program is told `knowsOperator`. */
const operatorToken = 'the-operator-of-a-measurement-and-nobody-else'
export const asOperator = { Authorization: `Bearer ${operatorToken}` } as const

/** The setting by which a program knows the operator of a measurement. */
export const knowsOperator = (folder: string): { SERVICE_DIGESTS_DIR: string } => {
  const digests = join(folder, 'token-digests')
  mkdirSync(digests, { recursive: true })
  writeFileSync(join(digests, 'operator'), digestOf(operatorToken))
  return { SERVICE_DIGESTS_DIR: digests }
}

export interface Running {
  url: string
  pid: number
  /** Resolves when it has ended. */
  ended: Promise<unknown>
  stop(): Promise<void>
}

/** Starts a program that tells its parent where it listens, and waits until it does. */
const startProgram = async (program: string, env: NodeJS.ProcessEnv): Promise<Running> => {
  const child: ChildProcess = fork(join(root, program), {
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn', ...env },
    execArgv: [...(Object.values(services).find(({ entry }) => entry === program)?.nodeArguments ?? [])],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  const listening = once(child, 'message') as Promise<[{ url: string }]>
  const first = await Promise.race([listening, ended.then(() => undefined)])
  if (first === undefined) throw new Error(`${program} ended before it listened`)
  return {
    url: first[0].url,
    pid: child.pid ?? 0,
    ended,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

export interface Bench {
  folder: string
  start(program: string, env?: NodeJS.ProcessEnv): Promise<Running>
}

/** Gives a folder to work in, and stops every program and removes the folder when the work is over. */
export const withPrograms = async <Result>(work: (bench: Bench) => Promise<Result>): Promise<Result> => {
  const folder = mkdtempSync(join(tmpdir(), 'logbook-bench-'))
  const running: Running[] = []
  const start: Bench['start'] = async (program, env = {}) => {
    const started = await startProgram(program, env)
    running.push(started)
    return started
  }
  try {
    return await work({ folder, start })
  } finally {
    for (const each of running.reverse()) await each.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs a program to its end, with arguments for Node itself; it answers with one message. */
export const runProgram = async <Answer>(
  program: string,
  task: object,
  nodeArguments: readonly string[] = [],
): Promise<Answer> => {
  const child = fork(join(root, program), [JSON.stringify(task)], {
    execArgv: [...nodeArguments],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  const answer = await Promise.race([
    once(child, 'message').then(([message]) => message as Answer),
    ended.then(() => undefined),
  ])
  await ended
  if (answer === undefined) throw new Error(`${program} ended without an answer`)
  return answer
}

export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
