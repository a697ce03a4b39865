import { mkdirSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { closeDataFolder, makeFilesForOwnerOnly } from '@logbook/chassis/files/owner-only.ts'
import { ConfigError } from '@logbook/chassis/start/config.ts'
import { StartRefused } from '@logbook/chassis/start/start-refused.ts'
import { Command, Option } from 'commander'
import { FolderTaken, lockDataFolder } from './folder-lock.ts'
import { run } from './run.ts'
import { defaultPorts, portVariable, serviceNames } from './services.ts'
import { readOneProcess, readPlace } from './settings.ts'

const environment = [
  '',
  'Settings, from the environment:',
  '  LOGBOOK_DATA                the folder of all data (default: data)',
  '  LOGBOOK_PUBLIC_URL          where the world finds the blog (default: where the gateway listens)',
  '  LOGBOOK_HOST                the address that the gateway listens on; all others stay on 127.0.0.1 (default: 127.0.0.1)',
  ...serviceNames.map((name) => `  ${portVariable(name).padEnd(28)}(default: ${defaultPorts[name]})`),
  '  LOGBOOK_ONE_PROCESS         1 for --one-process (default: 0)',
  '  LOG_LEVEL                   trace, debug, info, warn, error (default: info)',
  '',
  'With another LOGBOOK_DATA and other ports, a second Logbook runs beside the first. docs/operating.md has every setting.',
].join('\n')

interface Options {
  json: boolean
  dev: boolean
  oneProcess: boolean
  newAccounts: boolean
  newLog: boolean
}

const program = new Command('npm start --')
  .description('Runs a whole Logbook until Ctrl-C: every service as its own process, or all in one.')
  .option('--json', "the services' own log lines as they are, for programs", false)
  .option('--dev', 'restart what changes; the page reloads by itself', false)
  .addOption(
    new Option(
      '--one-process',
      'all services in one process, for machines with little memory: a quarter of the memory, one core',
    )
      .conflicts('dev')
      .default(false),
  )
  .option(
    '--new-accounts',
    'make new accounts although the log holds what was sealed with keys that are lost',
    false,
  )
  .option('--new-log', 'begin a new log beside files that were built from one that is lost', false)
  .addHelpText('after', environment)

/** `npm start`, to its end. */
export const start = async (): Promise<void> => {
  program.parse()
  // This process asks and waits: what it needs of the services' machine is little memory.
  setFlagsFromString('--optimize-for-size')
  makeFilesForOwnerOnly()
  try {
    const { newAccounts, newLog, ...given } = program.opts<Options>()
    const options = { ...given, oneProcess: !given.dev && (given.oneProcess || readOneProcess(process.env)) }
    const place = { ...readPlace(process.env), newAccounts, newLog }
    mkdirSync(place.dataFolder, { recursive: true })
    closeDataFolder(place.dataFolder)
    const release = lockDataFolder(place.dataFolder)
    process.exitCode = await run({ place, ...options })
    release()
  } catch (error) {
    const expected =
      error instanceof ConfigError ||
      error instanceof FolderTaken ||
      error instanceof StartRefused ||
      (error instanceof Error && 'code' in error)
    process.stderr.write(`${expected && error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
