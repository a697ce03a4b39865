import { makeFilesForOwnerOnly } from '@logbook/chassis/files/owner-only.ts'
import { ConfigError } from '@logbook/chassis/start/config.ts'
import { operator, roles, scraper } from '@logbook/contracts/identity.ts'
import { tokenScopes } from '@logbook/contracts/token-scopes.ts'
import { Command, InvalidArgumentError, Option } from 'commander'
import { askAccounts, NotNow } from './run/ask-accounts.ts'
import { serviceToken } from './run/service-tokens.ts'
import { readPlace } from './run/settings.ts'

const wholeDays = (text: string): number => {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of days.')
  return Number(text)
}

const program = new Command('npm run -s token --')
  .description('Prints what a caller must show, and nothing else, for use in other commands.')
  .addOption(
    new Option(
      '--bus',
      'the operator’s token, for the event bus of LOGBOOK_DATA; it is made if there is none yet',
    ).conflicts(['name', 'role', 'scopes', 'days']),
  )
  .addOption(
    new Option(
      '--metrics',
      'the token that may read metrics and health of every service, and nothing else',
    ).conflicts(['bus', 'name', 'role', 'scopes', 'days']),
  )
  .option('--name <name>', 'a new API token of this name, for scripts; Logbook must be running')
  .addOption(new Option('--role <role>', 'what it may do').choices(roles))
  .option(
    '--scopes <services>',
    `of which services, with commas between: ${tokenScopes.join(', ')} (default: all)`,
  )
  .option('--days <days>', 'how long it is good for (default: until it is taken back)', wholeDays)
  .addHelpText(
    'after',
    [
      '',
      '  curl -H "Authorization: Bearer $(npm run -s token -- --bus)" http://127.0.0.1:4005/events',
      '  curl -H "Authorization: Bearer $(npm run -s token -- --name ci --role author)" http://127.0.0.1:3000/api/author/posts',
    ].join('\n'),
  )
  .parse()

interface Options {
  bus?: boolean
  metrics?: boolean
  name?: string
  role?: string
  scopes?: string
  days?: number
}

const tokenFor = async ({ bus, metrics, name, role, scopes, days }: Options): Promise<string> => {
  const place = readPlace(process.env)
  if (bus) return serviceToken(operator, place.dataFolder)
  if (metrics) return serviceToken(scraper, place.dataFolder)
  if (name === undefined || role === undefined)
    return program.error('error: give --bus, --metrics, or --name and --role', { exitCode: 1 })
  const made = await askAccounts(place, '/operator/tokens', {
    name,
    role,
    ...(scopes === undefined ? {} : { scopes: scopes.split(',').map((scope) => scope.trim()) }),
    ...(days === undefined ? {} : { days }),
  })
  return String((made as { token: string }).token)
}

makeFilesForOwnerOnly()
try {
  process.stdout.write(`${await tokenFor(program.opts<Options>())}\n`)
} catch (error) {
  const expected =
    error instanceof ConfigError || error instanceof NotNow || (error instanceof Error && 'code' in error)
  process.stderr.write(`${expected && error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
