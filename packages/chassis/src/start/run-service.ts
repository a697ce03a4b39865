import type { RequestListener } from 'node:http'
import { flushCompileCache } from 'node:module'
import { makeFilesForOwnerOnly } from '../files/owner-only.ts'
import { type AnsweringConfig, answerHealth } from '../health/answer-health.ts'
import { listen, type Upgrades } from '../http/server.ts'
import { createLogger, endLogger, type Logger } from '../logger.ts'
import { ConfigError } from './config.ts'
import { StartRefused } from './start-refused.ts'
import { beginObjectsYoung } from './young-objects.ts'

export interface Service {
  app: RequestListener
  /** Begins to follow the log and so on; resolves at once and waits for nothing that may be away. */
  start(): Promise<void> | void
  /** Takes WebSockets, where the service has any; without it they are refused. */
  upgrades?: Upgrades
  /** Ends streams that would stay open for ever; requests under way go on. */
  drain?(): void
  /** Ends what it began and closes its files. Called once nothing is under way any more. */
  close(): Promise<void>
}

interface RunService<Config> {
  name: string
  readConfig: (env: NodeJS.ProcessEnv) => Config
  create: (context: { config: Config; logger: Logger }) => Service | Promise<Service>
}

const exitCodes = { refused: 78, crashed: 1 } as const

/** What every `main.ts` does: read settings, listen, start; on SIGTERM, SIGINT or the end of the parent, stop in order. Wrong settings and `StartRefused` end the process with 78. */
export const runService = async <
  Config extends AnsweringConfig & { host: string; port: number; logLevel: string },
>({
  name,
  readConfig,
  create,
}: RunService<Config>): Promise<void> => {
  makeFilesForOwnerOnly()
  beginObjectsYoung()
  const config = readConfigOrExit(name, readConfig)
  const logger = createLogger({ service: name, level: config.logLevel })
  const fail = (error: unknown) => {
    logger.fatal({ err: error }, `${name} ends`)
    void endLogger(logger).then(() => process.exit(exitCodes.crashed))
  }
  // State that nobody vouches for any more is worse than a restart.
  process.once('uncaughtException', fail)
  process.once('unhandledRejection', fail)
  const abandoned = () => process.exit(exitCodes.crashed)
  if (process.connected) process.once('disconnect', abandoned)
  try {
    const service = await create({ config, logger })
    const { host, port } = config
    const listening = await listen(service.app, { host, port, upgrades: service.upgrades })
    const stopAnswering = answerHealth({ name, config, app: service.app, logger })
    const stop = once(async (why: string) => {
      logger.info({ why }, `${name} stops`)
      service.drain?.()
      await stopAnswering()
      await listening.sendAway()
      await listening.close()
      await service.close()
      await endLogger(logger)
      process.exit(0)
    })
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal).catch(fail))
    // Whoever started this process with a channel and dies, by kill -9 even, must not leave it behind.
    process.off('disconnect', abandoned)
    if (process.connected) process.once('disconnect', () => stop('the parent is gone').catch(fail))
    await service.start()
    logger.info({ url: listening.url }, `${name} listens`)
    process.send?.({ kind: 'listening', url: listening.url })
    // Node writes the compile cache only when a process exits by itself, which a killed one never does.
    flushCompileCache()
  } catch (error) {
    if (!(error instanceof StartRefused)) return fail(error)
    process.stderr.write(`${name}: ${error.message}\n`)
    await endLogger(logger)
    process.exit(exitCodes.refused)
  }
}

const readConfigOrExit = <Config>(name: string, readConfig: (env: NodeJS.ProcessEnv) => Config): Config => {
  try {
    return readConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${name}: ${error.message}\n`)
    return process.exit(exitCodes.refused)
  }
}

const once = <Argument>(run: (argument: Argument) => Promise<void>) => {
  let running: Promise<void> | undefined
  return (argument: Argument) => (running ??= run(argument))
}
