import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { handedOn } from './handed-on.ts'
import { makeServiceTokens } from './service-tokens.ts'
import { environmentOf, healthPaths, type Place, root, type ServiceName, services } from './services.ts'

/** Where Node keeps compiled sources, so that the next start of any process of this checkout compiles nothing. */
const compileCacheFolder = join(root, '.cache/compile')

export interface Launch {
  name: ServiceName
  place: Place
  /** The client then serves its sources through Vite instead of what was built. */
  dev?: boolean
  /** Beside those that follow from the place. */
  settings?: Readonly<Record<string, string>>
}

/**
 * Starts one service as a process of its own. It has a channel to this process and ends when that closes, so none is left
 * behind even by `kill -9`; and a process group of its own, so that a Ctrl-C in the terminal reaches the runner alone.
 */
export const launch = ({ name, place, dev = false, settings = {} }: Launch): ChildProcess => {
  const isDevClient = dev && name === 'client'
  makeServiceTokens(place.dataFolder)
  return fork(join(root, services[name].entry), isDevClient ? ['--dev'] : [], {
    cwd: root,
    // Vite and the server would otherwise load two copies of React Router.
    execArgv: isDevClient ? ['--conditions=development'] : [...(services[name].nodeArguments ?? [])],
    env: {
      ...handedOn(name, process.env),
      NODE_ENV: isDevClient ? 'development' : 'production',
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? compileCacheFolder,
      ...environmentOf(name, place),
      // The client's development server tells pages over a WebSocket what changed.
      ...(dev && name === 'gateway' ? { DEVELOPMENT: 'on' } : {}),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
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
