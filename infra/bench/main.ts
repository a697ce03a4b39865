import { spawnSync } from 'node:child_process'
import { cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { Argument, Command } from 'commander'

/** Each is a program of its own, so that none measures with another's heap. */
const programs = {
  bus: 'appends, deliveries and catch-up against Redis, NATS JetStream and PostgreSQL',
  query: 'pages per second against a bare server, replay against raw upserts, comment to verdict',
} as const

const command = new Command('npm run bench --')
  .description(
    `Measures Logbook. Every figure is a ratio to a ceiling or a peer measured in the same run, since machines differ.\n\n${Object.entries(
      programs,
    )
      .map(([name, what]) => `  ${name.padEnd(8)}${what}`)
      .join('\n')}`,
  )
  .addArgument(
    new Argument('[program...]', 'what to measure; everything if absent').choices(Object.keys(programs)),
  )
  .option('--full', 'long histories too, which take minutes and gigabytes')
  .action((names: string[], { full }: { full?: boolean }) => {
    const [cpu] = cpus()
    console.log(
      `${cpu?.model ?? 'unknown processor'} × ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.version}\n`,
    )
    const chosen = names.length > 0 ? names : Object.keys(programs)
    const failed = chosen.filter((name) => {
      console.log(`── ${name}`)
      const { status } = spawnSync(
        process.execPath,
        [join(import.meta.dirname, `${name}.ts`), ...(full ? ['--full'] : [])],
        {
          stdio: 'inherit',
        },
      )
      console.log()
      return status !== 0
    })
    if (failed.length > 0) command.error(`Did not finish: ${failed.join(', ')}`)
  })

command.parse()
