import { type ChildProcess, type ForkOptions, fork } from 'node:child_process'
import { join } from 'node:path'
import { z } from 'zod'
import { handedOnTo } from './handed-on.ts'
import type { Together } from './one-process.ts'
import { environmentIn, nodeEnvironment } from './service-environment.ts'
import { makeServiceTokens } from './service-tokens.ts'
import { healthPaths, type Place, root, type ServiceName, services } from './services.ts'
import { smallHeapArguments } from './small-heap.ts'

interface Launch {
  name: ServiceName
  place: Place
  /** The client then serves its sources through Vite instead of what was built. */
  dev?: boolean
  /** Beside those that follow from the place. */
  settings?: Readonly<Record<string, string>>
}

/**
 * A process has a channel to this one and ends when that closes, so none is left behind even by `kill -9`; and a process group of its own, so
 * that a Ctrl-C in the terminal reaches the runner alone.
 */
const attachment = {
  cwd: root,
  stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  detached: process.platform !== 'win32',
} satisfies ForkOptions

/** Starts one service as a process of its own. */
export const launch = ({ name, place, dev = false, settings = {} }: Launch): ChildProcess => {
  const isDevClient = dev && name === 'client'
  makeServiceTokens(place.dataFolder)
  return fork(join(root, services[name].entry), isDevClient ? ['--dev'] : [], {
    ...attachment,
    // Vite and the server would otherwise load two copies of React Router.
    execArgv: isDevClient ? ['--conditions=development'] : [...(services[name].nodeArguments ?? [])],
    env: {
      ...environmentIn({ name, place }),
      ...nodeEnvironment({ development: isDevClient }),
      // The client's development server tells pages over a WebSocket what changed.
      ...(dev && name === 'gateway' ? { DEVELOPMENT: 'on' } : {}),
      ...settings,
    },
  })
}

/**
 * Starts several services as one process, in the order given: the first before the others, and it ends after them. `small`: with as little
 * memory as V8 can do with.
 */
export const launchTogether = (together: Together, { small = false } = {}): ChildProcess => {
  const { names, place } = together
  makeServiceTokens(place.dataFolder)
  return fork(join(import.meta.dirname, 'one-process.ts'), [JSON.stringify(together)], {
    ...attachment,
    execArgv: small ? smallHeapArguments() : [],
    // glibc would keep what is freed in an arena for each thread.
    env: { MALLOC_ARENA_MAX: '1', ...handedOnTo(names, process.env), ...nodeEnvironment() },
  })
}

/** True once the service says that it can do its work, or with `live` that it is there. */
export const isReady = async (url: string, state: keyof typeof healthPaths = 'ready'): Promise<boolean> => {
  try {
    const answer = await fetch(`${url}${healthPaths[state]}`, { signal: AbortSignal.timeout(2_000) })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
}

const listening = z.object({ kind: z.literal('listening'), service: z.string() })

/** Calls back with the name of each service of this process once it listens. One that does not is better not asked: it needs the processor to start. */
export const onListening = (child: ChildProcess, told: (service: string) => void): void => {
  child.on('message', (message) => {
    const { success, data } = listening.safeParse(message)
    if (success) told(data.service)
  })
}
