import type { RequestListener } from 'node:http'
import { pause } from '../async/pause.ts'
import type { ParkedWork } from '../follow/parked.ts'
import { type AnsweringConfig, answerOperator } from '../health/answer-operator.ts'
import { listen, type Upgrades } from '../http/server.ts'
import { handlersEnded } from '../http/under-way.ts'
import { createLogger, endLogger, type Logger } from '../logger.ts'

export interface Service {
  app: RequestListener
  /** Begins to follow the log and so on; resolves at once and waits for nothing that may be away. */
  start(): Promise<void> | void
  /** Takes WebSockets, where the service has any; without it they are refused. */
  upgrades?: Upgrades
  /** What it gave up and can try again, for the operator. */
  parked?: ParkedWork
  /** Ends streams that would stay open for ever; requests under way go on. */
  drain?(): void
  /** Ends what it began and closes its files. Called once nothing is under way any more. */
  close(): Promise<void>
}

/** How long handlers are waited for whose callers are gone. */
const handlersMsMax = 3_000

type ServiceConfig = AnsweringConfig & { host: string; port: number; logLevel: string }

interface ServiceDefinition<Config extends ServiceConfig> {
  name: string
  /** Throws `ConfigError`. */
  readConfig: (env: NodeJS.ProcessEnv) => Config
  /** `env` is the service's own environment: in a process of several services it is not `process.env`. Throws `StartRefused`. */
  create: (context: { config: Config; logger: Logger; env: NodeJS.ProcessEnv }) => Service | Promise<Service>
  /** Sets flags of V8. They hold for the process, with whatever else runs in it. */
  tune?: () => void
}

/** A service that listens. */
export interface OpenService {
  url: string
  start(): Promise<void>
  /** Ends streams, lets requests under way finish, closes files and writes the last line of the log. */
  stop(why: string): Promise<void>
}

/** A service whose settings were read. */
export interface ConfiguredService {
  logger: Logger
  open(): Promise<OpenService>
}

/** A service as `runProcess` runs it. */
export interface ServiceProgram {
  name: string
  /** Reads the settings. Throws `ConfigError`. */
  configure(env: NodeJS.ProcessEnv): ConfiguredService
}

/** Defines what `service.ts` of each service exports: how to read its settings and how to make it. Nothing happens until it is run. */
export const defineService = <Config extends ServiceConfig>({
  name,
  readConfig,
  create,
  tune,
}: ServiceDefinition<Config>): ServiceProgram => ({
  name,
  configure(env) {
    const config = readConfig(env)
    tune?.()
    const logger = createLogger({ service: name, level: config.logLevel })
    const open = async (): Promise<OpenService> => {
      const service = await create({ config, logger, env })
      const { host, port } = config
      const listening = await listen(service.app, { host, port, upgrades: service.upgrades })
      const stopAnswering = answerOperator({ name, config, logger, ...service })
      return {
        url: listening.url,
        async start() {
          await service.start()
          logger.info({ url: listening.url }, `${name} listens`)
        },
        async stop(why) {
          logger.info({ why }, `${name} stops`)
          service.drain?.()
          await stopAnswering()
          await listening.sendAway()
          await listening.close()
          // Where a caller has hung up, its request may still be under way.
          await Promise.race([handlersEnded(service.app), pause(handlersMsMax)])
          await service.close()
          await endLogger(logger)
        },
      }
    }
    return { logger, open }
  },
})
