import { setTimeout as wait } from 'node:timers/promises'
import { makeFilesForOwnerOnly } from '@logbook/chassis/files/owner-only.ts'
import { ConfigError } from '@logbook/chassis/start/config.ts'
import { operator } from '@logbook/contracts/identity.ts'
import { Command } from 'commander'
import { serviceToken } from '../run/service-tokens.ts'
import { addressOf } from '../run/services.ts'
import { readPlace } from '../run/settings.ts'
import { type Ask, askQuery, Refused } from './ask.ts'
import { progressBar } from './bar.ts'
import { printDifference } from './report.ts'

const pollMs = 250

interface Options {
  swap: boolean
  cancel: boolean
  rollback: boolean
  status: boolean
  json: boolean
}

/** Follows what is under way to its end. True if it came there: ready, or in its place. */
const follow = async (ask: Ask): Promise<boolean> => {
  const bar = progressBar(process.stderr)
  let status = await ask('GET', '/rebuild')
  let begun = false
  for (; status.state !== 'none' && status.state !== 'ready'; status = await ask('GET', '/rebuild')) {
    begun = true
    bar.show(status)
    await wait(pollMs)
  }
  if (status.state === 'ready' && status.swap) return follow(ask)
  bar.end(status)
  return status.fault === null && (status.state === 'ready' || begun || status.difference !== null)
}

const rebuild = async (ask: Ask, { swap }: Options): Promise<void> => {
  const { state } = await ask('GET', '/rebuild')
  if (state === 'none') await ask('POST', '/rebuild', { swap })
  if (!(await follow(ask))) process.exitCode = 1
  const status = await ask('GET', '/rebuild')
  if (status.difference) process.stdout.write(printDifference(status.difference))
  if (status.fault !== null) process.stderr.write(`${status.fault}\n`)
  if (status.state !== 'ready' && (!swap || process.exitCode === 1)) return
  // Ready, if it was begun by someone who did not ask for it.
  if (status.state === 'ready' && swap) await ask('POST', '/rebuild/swap')
  if (swap)
    process.stdout.write(
      'The new view answers now. npm run rebuild -- --rollback lets the one before answer again.\n',
    )
  else process.stdout.write('It is ready: npm run rebuild -- --swap lets it answer, --cancel removes it.\n')
}

const run = async (options: Options): Promise<void> => {
  const place = readPlace(process.env)
  const ask = askQuery({ url: addressOf('query', place), token: serviceToken(operator, place.dataFolder) })
  if (options.cancel) await ask('DELETE', '/rebuild')
  else if (options.rollback) await ask('POST', '/rebuild/rollback')
  else if (!options.status) await rebuild(ask, options)
  if (options.status || options.json)
    process.stdout.write(`${JSON.stringify(await ask('GET', '/rebuild'), null, 2)}\n`)
}

const command = new Command('npm run rebuild --')
  .description(
    'Rebuilds the view from the log, beside the live one, and reports the differences row by row. Readers notice nothing.',
  )
  .option('--swap', 'let the new one answer as soon as it is ready, or the one that is ready now', false)
  .option('--rollback', 'let the one before answer again, brought up to date', false)
  .option('--cancel', 'end the one under way, and remove its file', false)
  .option('--status', 'print how far it is, as JSON, and do nothing', false)
  .option('--json', 'print the status at the end as JSON', false)
  .addHelpText(
    'after',
    '\nIt asks the query service of LOGBOOK_DATA and LOGBOOK_QUERY_PORT, which must run. Ctrl-C leaves the rebuild under way;\nthe same command looks on again. A query that is killed goes on from where it was.',
  )
  .action(run)

makeFilesForOwnerOnly()
try {
  await command.parseAsync()
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof Refused)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
