import { compileCacheFolder } from './compile-cache.ts'
import { handedOn } from './handed-on.ts'
import { environmentOf, type Place, type ServiceName } from './services.ts'

/** What each process of Logbook is told of Node. */
export const nodeEnvironment = ({ development = false } = {}): Record<string, string> => ({
  NODE_ENV: development ? 'development' : 'production',
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? compileCacheFolder,
})

interface Settled {
  name: ServiceName
  place: Place
  /** Beside those that follow from the place. */
  settings?: Readonly<Record<string, string>>
}

/** The whole environment of a service: what it is handed on of this process's own, and what follows from the place. */
export const environmentIn = ({ name, place, settings = {} }: Settled): Record<string, string> => ({
  ...handedOn(name, process.env),
  ...nodeEnvironment(),
  ...environmentOf(name, place),
  ...settings,
})
