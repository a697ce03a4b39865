import { ConfigError } from '@logbook/chassis/config.ts'
import { operator } from '@logbook/contracts/identity.ts'
import { Command } from 'commander'
import { serviceToken } from './run/service-tokens.ts'
import { readPlace } from './run/settings.ts'

const program = new Command('npm run -s token --')
  .description('Prints what a caller must show, and nothing else, for use in other commands.')
  .requiredOption(
    '--bus',
    'the operator’s token, for the event bus of LOGBOOK_DATA; it is made if there is none yet',
  )
  .addHelpText(
    'after',
    '\n  curl -H "Authorization: Bearer $(npm run -s token -- --bus)" http://127.0.0.1:4005/events',
  )
  .parse()

try {
  if (program.opts<{ bus: boolean }>().bus)
    process.stdout.write(`${serviceToken(operator, readPlace(process.env).dataFolder)}\n`)
} catch (error) {
  const expected = error instanceof ConfigError || (error instanceof Error && 'code' in error)
  process.stderr.write(`${expected && error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
