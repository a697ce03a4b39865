import { join } from 'node:path'
import { scraper } from '@logbook/contracts/identity.ts'
import { type ServiceName, servicePorts } from '@logbook/contracts/services.ts'
import { ownSettingsOf } from './own-settings.ts'

export type { ServiceName }

export const root = join(import.meta.dirname, '../..')

/** Where a service answers 200 for as long as it lives, and where once it can do its work. */
export const healthPaths = { live: '/health/live', ready: '/health/ready' } as const

interface ServiceSpec {
  /** What Node runs, from the root of the repository. */
  entry: string
  /** Services whose addresses it is told, each as `<NAME>_URL`. */
  calls: readonly ServiceName[]
  /** True where it shows a token of its own to others, such as the log. */
  showsToken: boolean
  /** True where it lets callers in by their tokens, whose digests it is then told. */
  knowsCallers: boolean
  /** True where it keeps a file, whose path it is told as `DATABASE`. */
  keepsFile: boolean
  /** What Node itself is told. */
  nodeArguments?: readonly string[]
  colour: 'blue' | 'cyan' | 'green' | 'magenta' | 'yellow' | 'red' | 'white' | 'blueBright' | 'cyanBright'
}

/** Everything that runs, and all that the runner, the tests, the containers and the manifests know of it. */
export const services: Record<ServiceName, ServiceSpec> = {
  'event-bus': {
    entry: 'event-bus/src/main.ts',
    calls: [],
    showsToken: false,
    knowsCallers: true,
    keepsFile: true,
    colour: 'blue',
  },
  accounts: {
    entry: 'accounts/src/main.ts',
    calls: ['event-bus'],
    showsToken: true,
    knowsCallers: true,
    keepsFile: true,
    colour: 'blueBright',
  },
  posts: {
    entry: 'posts/src/main.ts',
    calls: ['event-bus', 'accounts'],
    showsToken: true,
    knowsCallers: true,
    keepsFile: true,
    colour: 'green',
  },
  comments: {
    entry: 'comments/src/main.ts',
    calls: ['event-bus', 'accounts'],
    showsToken: true,
    knowsCallers: true,
    keepsFile: true,
    colour: 'cyan',
  },
  moderation: {
    entry: 'moderation/src/main.ts',
    calls: ['event-bus', 'accounts'],
    showsToken: true,
    knowsCallers: true,
    keepsFile: true,
    colour: 'red',
  },
  notifications: {
    entry: 'notifications/src/main.ts',
    // Feeds are read at query, to be sent to their subscribers.
    calls: ['event-bus', 'accounts', 'query'],
    showsToken: true,
    knowsCallers: true,
    keepsFile: true,
    colour: 'cyan',
  },
  media: {
    entry: 'media/src/main.ts',
    calls: ['event-bus', 'accounts'],
    showsToken: true,
    knowsCallers: true,
    keepsFile: true,
    colour: 'cyanBright',
  },
  query: {
    entry: 'query/src/main.ts',
    // While it reads a long log, Node's own bound would have it keep over 100 MiB of what it has done with.
    nodeArguments: ['--max-semi-space-size=4'],
    calls: ['event-bus', 'accounts'],
    showsToken: true,
    knowsCallers: true,
    keepsFile: true,
    colour: 'magenta',
  },
  client: {
    entry: 'client/server.ts',
    calls: ['accounts', 'posts', 'comments', 'moderation', 'query', 'notifications', 'media'],
    showsToken: false,
    knowsCallers: false,
    keepsFile: false,
    colour: 'white',
  },
  gateway: {
    entry: 'gateway/src/main.ts',
    // Under many readers, V8's own bound would let the young generation grow by over 100 MiB; the rate is the same.
    nodeArguments: ['--max-semi-space-size=4'],
    // The log only to ask how far it is, for /health.
    calls: [
      'accounts',
      'posts',
      'comments',
      'moderation',
      'query',
      'notifications',
      'media',
      'client',
      'event-bus',
    ],
    showsToken: true,
    knowsCallers: false,
    keepsFile: false,
    colour: 'yellow',
  },
}

/** The file that exports what a service is (`service`), from the root of the repository. */
export const definitionOf = (name: ServiceName): string =>
  name === 'client' ? 'client/server/service.ts' : `${name}/src/service.ts`

/** The log first, then who says who people are, then who reads it, then who asks those. Stopping goes the other way. */
export const startOrder = [
  'event-bus',
  'accounts',
  'posts',
  'comments',
  'moderation',
  'query',
  'notifications',
  'media',
  'client',
  'gateway',
] as const satisfies readonly ServiceName[]

/** Those that ask the others: each stops before those, in this order, so that no request meets a service that is gone. */
export const frontNames = ['gateway', 'client'] as const satisfies readonly ServiceName[]

export const serviceNames: readonly ServiceName[] = [...startOrder]

/** Whose files are views: the log rebuilds them, and they alone may be deleted. */
export const viewNames = [
  'posts',
  'comments',
  'moderation',
  'query',
  'notifications',
  'media',
] as const satisfies readonly ServiceName[]

/** `POSTS_URL`; the event-bus is everyone's `BUS_URL`. */
export const urlVariable = (name: ServiceName): string =>
  name === 'event-bus' ? 'BUS_URL' : `${name.toUpperCase()}_URL`

/** `LOGBOOK_EVENT_BUS_PORT`. */
export const portVariable = (name: ServiceName): string =>
  `LOGBOOK_${name.toUpperCase().replaceAll('-', '_')}_PORT`

export type Ports = Readonly<Record<ServiceName, number>>
export const defaultPorts: Ports = servicePorts

export interface Place {
  /** Where the gateway listens. */
  host: string
  ports: Ports
  /** An absolute path. */
  dataFolder: string
  /** Where the world finds the blog; undefined where that is the gateway itself. */
  publicUrl?: string | undefined
  /** True where new accounts may be made beside a log that is sealed with the keys of others. */
  newAccounts?: boolean
  /** True where a log may be begun beside files that were built from another. */
  newLog?: boolean
}

const loopback = '127.0.0.1'

/** Where a service listens: the gateway where it is told, all others on this machine alone. */
export const hostOf = (name: ServiceName, { host }: Pick<Place, 'host'>): string =>
  name === 'gateway' ? host : loopback

/** Where one process on this machine reaches another: a gateway on every interface is asked on the loopback one. */
export const addressOf = (
  name: ServiceName,
  { host: given, ports }: Pick<Place, 'host' | 'ports'>,
): string => {
  const host = hostOf(name, { host: given })
  const reachable =
    host === '0.0.0.0' ? loopback : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host
  return `http://${reachable}:${ports[name]}`
}

/** The address that a person opens. */
export const openAddress = ({ host, ports }: Pick<Place, 'host' | 'ports'>): string => {
  const local = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host)
  return `http://${local ? 'localhost' : host}:${ports.gateway}`
}

export const fileOf = (name: ServiceName, dataFolder: string): string => join(dataFolder, `${name}.sqlite`)

/** Holds a file for each service, and for the operator, with what it shows to others. */
export const tokensFolderOf = (dataFolder: string): string => join(dataFolder, 'tokens')
/** Holds a file for each of them with the digest of its token, for those who only verify. */
export const digestsFolderOf = (dataFolder: string): string => join(dataFolder, 'token-digests')
export const tokenFileOf = (name: string, dataFolder: string): string =>
  join(tokensFolderOf(dataFolder), name)

/** The environment that a service is given beside the one the runner has itself. */
export const environmentOf = (name: ServiceName, place: Place): Record<string, string> => {
  const { calls, keepsFile, showsToken, knowsCallers } = services[name]
  const gateways = new Set(['localhost', '127.0.0.1', new URL(addressOf('gateway', place)).hostname])
  return {
    HOST: hostOf(name, place),
    PORT: String(place.ports[name]),
    PUBLIC_URL: place.publicUrl ?? openAddress(place),
    CORS_ORIGINS: [...gateways].map((host) => `http://${host}:${place.ports.gateway}`).join(','),
    ...(keepsFile ? { DATABASE: fileOf(name, place.dataFolder) } : {}),
    // The file and not what is in it, which would be seen in the list of processes; one that the runner was given does not count.
    ...(showsToken ? { SERVICE_TOKEN: '', SERVICE_TOKEN_FILE: tokenFileOf(name, place.dataFolder) } : {}),
    ...(knowsCallers ? { SERVICE_DIGESTS_DIR: digestsFolderOf(place.dataFolder) } : {}),
    // It takes the scraper's token, and shows it to those whose health it asks for.
    ...(name === 'gateway'
      ? {
          METRICS_TOKEN: '',
          METRICS_TOKEN_FILE: tokenFileOf(scraper, place.dataFolder),
          // A terminal is for what a person should know.
          ACCESS_LOG: process.env.ACCESS_LOG || 'off',
        }
      : {}),
    ...ownSettingsOf(name, place),
    ...Object.fromEntries(calls.map((called) => [urlVariable(called), addressOf(called, place)])),
  }
}
