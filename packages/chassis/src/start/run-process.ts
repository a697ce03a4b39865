import { flushCompileCache } from 'node:module'
import { makeFilesForOwnerOnly } from '../files/owner-only.ts'
import { createLogger, endLogger } from '../logger.ts'
import { ConfigError } from './config.ts'
import type { ConfiguredService, OpenService, ServiceProgram } from './run-service.ts'
import { StartRefused } from './start-refused.ts'
import { beginObjectsYoung } from './young-objects.ts'

interface RunProcess {
  /** What lines about the process as a whole are called by; the name of its first service unless given. */
  name?: string
  /** The environment of each service; the one of the process unless given. */
  envOf?: (service: string) => NodeJS.ProcessEnv
  /** Those that ask the others and are asked by none of them: each stops before those, in this order. */
  front?: readonly string[]
}

const exitCodes = { refused: 78, crashed: 1 } as const

type Named<Part> = Part & { name: string }

const refuse = (name: string, { message }: Error): void => void process.stderr.write(`${name}: ${message}\n`)

/** Reads the settings of all of them, and ends the process where any are wrong, once all wrong ones are named. */
const configureOrExit = (
  programs: readonly ServiceProgram[],
  envOf: (service: string) => NodeJS.ProcessEnv,
): Named<ConfiguredService>[] => {
  const configured = programs.flatMap(({ name, configure }) => {
    try {
      return [{ name, ...configure(envOf(name)) }]
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      refuse(name, error)
      return []
    }
  })
  return configured.length === programs.length ? configured : process.exit(exitCodes.refused)
}

/** Stops those at the front one by one, then the others, and the first last. */
const stopAll = async (
  [first, ...others]: readonly Named<OpenService>[],
  { why, front }: { why: string; front: readonly string[] },
): Promise<void> => {
  for (const name of front) await others.find((each) => each.name === name)?.stop(why)
  await Promise.all(others.filter(({ name }) => !front.includes(name)).map((service) => service.stop(why)))
  await first?.stop(why)
}

/**
 * What every `main.ts` does: read settings, listen, start; on SIGTERM, SIGINT or the end of the parent, stop in order. Runs one service or several; the
 * first is started before the others and stopped after them. Wrong settings and `StartRefused` of any service end the process with 78, an
 * error that nothing caught with 1.
 */
export const runProcess = async (
  programs: readonly [ServiceProgram, ...ServiceProgram[]],
  { name = programs[0].name, envOf = () => process.env, front = [] }: RunProcess = {},
): Promise<void> => {
  makeFilesForOwnerOnly()
  beginObjectsYoung()
  const configured = configureOrExit(programs, envOf)
  const [first, ...others] = configured
  if (first === undefined) return
  const logger =
    programs.length === 1 ? first.logger : createLogger({ service: name, level: first.logger.level })
  const all = [...configured, { logger }]
  const opened: Named<OpenService>[] = []
  const opening: Promise<void>[] = []

  const fail = (error: unknown, of: Pick<Named<ConfiguredService>, 'name' | 'logger'>): void => {
    const { name } = of
    of.logger.fatal({ err: error }, `${name} ends`)
    void Promise.all(all.map((each) => endLogger(each.logger))).then(() => process.exit(exitCodes.crashed))
  }
  const failProcess = (error: unknown) => fail(error, { name, logger })
  const stop = once(async (why: string) => {
    await Promise.allSettled(opening)
    await stopAll(opened, { why, front })
    await endLogger(logger)
    process.exit(0)
  })
  const open = async (service: Named<ConfiguredService>): Promise<void> => {
    const running = await service.open()
    opened.push({ ...running, name: service.name })
    if (service === first) stopWhenTold((why) => void stop(why).catch(failProcess), abandoned)
    await running.start()
    process.send?.({ kind: 'listening', service: service.name, url: running.url })
  }
  const endFor = async (error: unknown, service: Named<ConfiguredService>): Promise<void> => {
    if (!(error instanceof StartRefused)) return fail(error, service)
    refuse(service.name, error)
    await Promise.allSettled(opening)
    await stopAll(opened, { why: `${service.name} does not start`, front })
    await Promise.all(all.map((each) => endLogger(each.logger)))
    process.exit(exitCodes.refused)
  }
  /** Resolves to whether it started. The process ends where it did not. */
  const start = (service: Named<ConfiguredService>): Promise<boolean> => {
    const started = open(service)
    opening.push(started)
    return started.then(
      () => true,
      (error) => endFor(error, service).then(() => false),
    )
  }

  // After an uncaught error the state may be wrong: a restart is safer.
  process.once('uncaughtException', failProcess)
  process.once('unhandledRejection', failProcess)
  const abandoned = () => process.exit(exitCodes.crashed)
  if (process.connected) process.once('disconnect', abandoned)
  if (await start(first)) await Promise.all(others.map(start))
  // Node writes the compile cache only when a process exits by itself, which a killed one never does.
  flushCompileCache()
}

const stopWhenTold = (stop: (why: string) => void, abandoned: () => void): void => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal))
  // A process must not outlive the one that started it, even where that was killed with -9.
  process.off('disconnect', abandoned)
  if (process.connected) process.once('disconnect', () => stop('the parent is gone'))
}

const once = <Argument>(run: (argument: Argument) => Promise<void>) => {
  let running: Promise<void> | undefined
  return (argument: Argument) => (running ??= run(argument))
}
