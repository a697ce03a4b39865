import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { until } from '@logbook/chassis/testing/until.ts'
import { freePorts } from '../run/ports.ts'
import { type Place, portVariable, root, serviceNames } from '../run/services.ts'
import { keepOnFailure } from './kept.ts'

interface Process {
  pid: number
  parent: number
  command: string
}

/** Without those that ended and were not collected by their parent, as under a first process of a container that collects none. */
const processes = async (): Promise<Process[]> => {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], {
    maxBuffer: 16_000_000,
  })
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state = '', command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    return pid === undefined || state.startsWith('Z')
      ? []
      : [{ pid: Number(pid), parent: Number(parent), command }]
  })
}

/** Those of the processes that still run. */
export const stillRunning = async (of: readonly Process[]): Promise<Process[]> => {
  const pids = new Set(of.map(({ pid }) => pid))
  return (await processes()).filter(({ pid }) => pids.has(pid))
}

/** Resolves when none of the processes runs any more. */
export const untilEnded = (of: readonly Process[]): Promise<true> =>
  until(async () => {
    const running = await stillRunning(of)
    if (running.length > 0) throw new Error(running.map(({ pid, command }) => `${pid} ${command}`).join('\n'))
    return true
  }, 'every service to end')

const main = 'infra/run/main.ts'

export interface Runner {
  child: ChildProcess
  place: Place
  /** What it said so far, on both outputs. */
  said: () => string
  /** Resolves when it says that the blog is open; rejects if it ends before. */
  open: () => Promise<void>
  exit: Promise<{ code: number | null; signal: string | null }>
  /** As Ctrl-C does: to every process of the terminal's group. */
  interrupt: () => void
  /** The services that it runs: the processes below it that run a file of this repository. */
  services: () => Promise<Process[]>
}

interface StartRunner {
  dataFolder: string
  place?: Place
  parameters?: readonly string[]
  env?: Record<string, string>
  /** Without npm and the shell that it puts between. */
  direct?: boolean
}

/** `npm start`, as a person types it, with ports of its own and in a process group of its own. */
export const startRunner = async ({
  dataFolder,
  place: given,
  parameters = [],
  env = {},
  direct = false,
}: StartRunner): Promise<Runner> => {
  const place = given ?? { host: '127.0.0.1', ports: await freePorts(), dataFolder }
  const ports = Object.fromEntries(
    serviceNames.map((name) => [portVariable(name), String(place.ports[name])]),
  )
  const [command, first] = direct ? [process.execPath, [main]] : ['npm', ['start', '--']]
  const child = spawn(command, [...first, ...parameters], {
    cwd: root,
    env: { ...process.env, ...ports, LOGBOOK_DATA: place.dataFolder, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  const forget = keepOnFailure({ dataFolder: place.dataFolder, output: () => ({ runner: said }) })
  const exit = once(child, 'close').then(([code, signal]) => ({ code, signal }))
  void exit.then(forget)
  return {
    child,
    place,
    said: () => said,
    exit,
    async open() {
      const state = await until(
        () => (child.exitCode === null ? said.includes('is open at') && 'open' : 'ended'),
        'the blog to be open',
        { withinMs: 60_000 },
      )
      if (state === 'ended') throw new Error(`npm start ended:\n${said}`)
    },
    interrupt: () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT')
    },
    async services() {
      const all = await processes()
      const below = (parent: number): Process[] =>
        all.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)])
      const started = all.filter(({ pid }) => pid === child.pid)
      const runner = [...started, ...below(child.pid ?? -1)].find(
        ({ command }) => command.includes(` ${main}`) && !/\bsh -c\b/.test(command),
      )
      return all.filter(({ parent }) => parent === runner?.pid)
    },
  }
}
