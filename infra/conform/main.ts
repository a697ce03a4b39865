import { makeFilesForOwnerOnly } from '@logbook/chassis/files/owner-only.ts'
import { Command, InvalidArgumentError } from 'commander'
import { readHistory, sampleHistory } from './history.ts'
import { limits } from './limits.ts'
import { reportOf } from './report.ts'
import { runConformance } from './run.ts'

const upTo =
  (max: number, min = 1) =>
  (text: string) => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }
const path = (text: string, before: string[]): string[] => {
  if (text.startsWith('/')) return [...before, text]
  throw new InvalidArgumentError('It must begin with a slash.')
}

const headerLine = (text: string, before: Record<string, string>): Record<string, string> => {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+): *(.+)$/.exec(text) ?? []
  if (name !== undefined && value !== undefined) return { ...before, [name]: value }
  throw new InvalidArgumentError('It must be a header, such as "Authorization: Bearer …".')
}

interface Options {
  header: Record<string, string>
  read: string[]
  file: boolean
  history?: string
  position: string
  kills: number
  seed: number
  within: number
  writes?: number
}

const command = new Command('npm run conform --')
  .description(
    'Shows whether a consumer of the event bus bears what at-least-once delivery may bring. It is started with BUS_URL, ' +
      'HOST, PORT and DATABASE (a file to make) in its environment, behind a proxy that repeats, delays, cuts, rewinds ' +
      'and splits what the bus sends; it is killed and started again; then what it shows is compared with what the ' +
      'same program makes of the same log undisturbed.',
  )
  .argument('<command...>', 'starts the consumer')
  .option('--read <path>', 'compare what it answers here; may be given again', path, [])
  .option('--header <line>', 'sent with what is read, such as "Authorization: Bearer …"', headerLine, {})
  .option('--file', 'compare every row of the SQLite file at DATABASE', false)
  .option('--history <file>', 'events of others to feed it, one a line (default: a small sample blog)')
  .option('--position <path>', 'where it answers {"position": n}, how far it has read', '/health')
  .option('--kills <n>', 'how often it is killed', upTo(limits.killsMax), 5)
  .option('--within <seconds>', 'how long it may take to settle', upTo(limits.settleSecondsMax), 30)
  .option(
    '--writes <n>',
    'how many events it is to append; without it, it is run undisturbed first to count them',
    upTo(limits.historyEventsMax, 0),
  )
  .option('--seed <n>', 'repeats the choice of faults', upTo(2 ** 31), Math.ceil(Math.random() * 1_000_000))
  .addHelpText('after', '\nFor example: npm run conform -- --file --read /posts node query/src/main.ts')
  .passThroughOptions()
  .action(async (words: string[], options: Options) => {
    const { read: reads, header, file, seed, kills, within: settleSeconds, position: positionPath } = options
    if (reads.length === 0 && !file) command.error('Say what to compare: --read <path>, --file, or both.')
    try {
      const history = options.history
        ? readHistory(options.history)
        : sampleHistory({ posts: 6, commentsPerPost: 12 })
      const comparing = { reads, file, headers: async () => header }
      const bounds = {
        kills,
        settleSeconds,
        ...(options.writes === undefined ? {} : { writes: options.writes }),
      }
      const run = { command: words, history, ...comparing, ...bounds, seed, positionPath }
      const { ok, text } = reportOf(await runConformance(run))
      console.log(`seed ${seed}: ${history.flat().length} events, ${kills} kills\n\n${text}`)
      if (!ok) command.error(`\nIt does not conform. Again with --seed ${seed}.`)
    } catch (error) {
      if (error instanceof Error) command.error(error.message)
      throw error
    }
  })

makeFilesForOwnerOnly()
await command.parseAsync()
