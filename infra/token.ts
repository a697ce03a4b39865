import { ConfigError } from '@logbook/chassis/config.ts'
import { Command } from 'commander'
import { busToken } from './run/bus-token.ts'
import { readPlace } from './run/settings.ts'

const program = new Command('npm run -s token --')
  .description('Prints what a caller must show, and nothing else, for use in other commands.')
  .requiredOption('--bus', 'the token of the event bus of LOGBOOK_DATA; it is made if there is none yet')
  .addHelpText(
    'after',
    '\n  curl -H "Authorization: Bearer $(npm run -s token -- --bus)" http://127.0.0.1:4005/events',
  )
  .parse()

try {
  if (program.opts<{ bus: boolean }>().bus)
    process.stdout.write(`${busToken(readPlace(process.env).dataFolder)}\n`)
} catch (error) {
  const expected = error instanceof ConfigError || (error instanceof Error && 'code' in error)
  process.stderr.write(`${expected && error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
