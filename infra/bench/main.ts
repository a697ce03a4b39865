import { spawnSync } from 'node:child_process'
import { cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { busRows, isBusRow } from './bus-rows.ts'
import { importRows, isImportRow } from './import-rows.ts'
import { isQueryRow, queryRows } from './query-rows.ts'

/** Each is a program of its own, so that none measures with another's heap. */
const programs = {
  bus: 'appends, deliveries and catch-up against Redis, NATS JetStream and PostgreSQL',
  accounts: 'access tokens signed and verified, against bare Ed25519',
  sealing: 'replay of sealed events against the same in the clear',
  pages: 'reading pages as HTML per second against a bare server, and what rendering them first costs',
  markdown: 'texts rendered against micromark, which only parses them',
  query: 'answers per second against a bare server, replay against raw upserts, comment to verdict',
  related: 'related posts of one post in a blog of 100,000, and the data of a page with them against without',
  gateway: 'pages per second and waiting time through the gateway against the service itself',
  hostile:
    'pages per second while others hold streams, half requests and reads open or write slow texts, against without them',
  notify:
    'mails a second against nodemailer alone, event to mail, and questions over the bus against RabbitMQ’s RPC',
  media:
    'pictures made a second against sharp alone, files by link, upload and download, and claims of a long queue',
  import:
    'items of a blog imported a second against appends of the same events, and the memory that it takes',
  'one-process':
    'memory of the idle blog in one process against one process a service, and a busy one in 300 MiB',
} as const

interface Options {
  full?: boolean
  history?: string
  small?: boolean
}

/** The program that has this row. */
const rowOf = (word: string): keyof typeof programs | undefined =>
  isBusRow(word) ? 'bus' : isQueryRow(word) ? 'query' : isImportRow(word) ? 'import' : undefined

/** The options and rows that a program is told of. */
const argumentsOf = (
  name: string,
  { full, history, small, rows }: Options & { rows: string[] },
): string[] => {
  if (name === 'pages' || name === 'markdown' || name === 'media' || name === 'related')
    return small ? ['--small'] : []
  if (name === 'import') return [...(small ? ['--small'] : []), ...rows]
  if (name !== 'bus' && name !== 'query') return []
  return [...(full ? ['--full'] : []), ...(history === undefined ? [] : ['--history', history]), ...rows]
}

const command = new Command('npm run bench --')
  .description(
    `Measures Logbook. Every figure is a ratio to a ceiling or a peer measured in the same run, since machines differ.\n\n${Object.entries(
      programs,
    )
      .map(([name, what]) => `  ${name.padEnd(12)}${what}`)
      .join('\n')}\n\nOf bus, only some rows:\n\n${Object.entries(busRows)
      .map(([name, { about, long }]) => `  ${name.padEnd(10)}${about}${long ? ' (long)' : ''}`)
      .join('\n')}\n\nOf query:\n\n${Object.entries(queryRows)
      .map(([name, about]) => `  ${name.padEnd(18)}${about}`)
      .join('\n')}\n\nOf import:\n\n${Object.entries(importRows)
      .map(([name, about]) => `  ${name.padEnd(18)}${about}`)
      .join('\n')}`,
  )
  .argument('[what...]', 'programs, or rows of bus, query and import; everything if absent')
  .option('--full', 'the long rows too, which take minutes and gigabytes')
  .option('--history <file>', 'the log for the long rows: made if it is not there, and kept')
  .option(
    '--small',
    'import a tenth of the blogs, read a tenth of the pages for a moment, and make few media',
  )
  .action((words: string[], options: Options) => {
    const isProgram = (word: string): boolean => Object.hasOwn(programs, word)
    const unknown = words.filter((word) => !isProgram(word) && rowOf(word) === undefined)
    if (unknown.length > 0) command.error(`Neither a program nor a row of one: ${unknown.join(', ')}`)
    const rows = words.filter((word) => rowOf(word) !== undefined)
    const names = [...new Set(words.map((word) => rowOf(word) ?? word))]
    const [cpu] = cpus()
    console.log(
      `${cpu?.model ?? 'unknown processor'} × ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.version}\n`,
    )
    const chosen = names.length > 0 ? names : Object.keys(programs)
    const failed = chosen.filter((name) => {
      console.log(`── ${name}`)
      const { status } = spawnSync(
        process.execPath,
        [join(import.meta.dirname, `${name}.ts`), ...argumentsOf(name, { ...options, rows })],
        { stdio: 'inherit' },
      )
      console.log()
      return status !== 0
    })
    if (failed.length > 0) command.error(`Did not finish: ${failed.join(', ')}`)
  })

command.parse()
