import { makeFilesForOwnerOnly } from '@logbook/chassis/files/owner-only.ts'
import { Command, InvalidArgumentError } from 'commander'
import { limits } from './limits.ts'
import { reportOf } from './report.ts'
import { type ChaosOptions, runChaos } from './run.ts'

const upTo = (max: number) => (text: string) => {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= max) return value
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`)
}

const options = new Command('npm run chaos --')
  .description(
    'Kills an event bus and those who use it, again and again, and checks that what was acknowledged is kept.\n\n' +
      'Writers append unique values: alone, in pairs over two streams, and conditionally. Followers read the log, ' +
      'claimers work off a durable subscription. Then everything written down on both sides is compared. The seed ' +
      'fixes what is done and planned; how the processes meet is up to the machine.',
  )
  .option('--seconds <n>', 'how long to go on killing', upTo(limits.secondsMax), 20)
  .option('--writers <n>', 'how many append at a time', upTo(limits.writersMax), 8)
  .option('--followers <n>', 'how many follow the log', upTo(limits.followersMax), 3)
  .option('--claimers <n>', 'how many share the subscription', upTo(limits.claimersMax), 3)
  .option('--seed <n>', 'repeats a plan', upTo(2 ** 31), Math.ceil(Math.random() * 1_000_000))
  .option('--keep', 'leave the log and the notes behind', false)
  .parse()
  .opts<ChaosOptions>()

console.log(`seed ${options.seed}: ${options.seconds} s, ${options.writers} writers\n`)
let ok = false
makeFilesForOwnerOnly()
try {
  const result = await runChaos(options)
  const report = reportOf(result)
  ok = report.ok
  console.log(report.text)
  if (options.keep) console.log(`\nLog and notes: ${result.folder}`)
} catch (error) {
  // A bus that does not start again, or that answers what no client can make sense of.
  console.error(error)
}
if (!ok) {
  console.error(`\nNot all is well. Again with --seed ${options.seed} --keep.`)
  process.exitCode = 1
}
