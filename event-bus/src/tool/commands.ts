import type { Clock } from '@logbook/chassis/clock.ts'
import { inFigures } from '@logbook/contracts/words.ts'
import { Command } from 'commander'
import type { End } from '../log/sqlite-rows.ts'
import { backupLog } from './backup.ts'
import { exportTo, exportToFile } from './export.ts'
import { DamagedLog } from './failures.ts'
import { importLog } from './import.ts'
import { chooseLog } from './log-file.ts'
import { type Progress, progressOn, silentProgress } from './progress.ts'
import { restoreLog } from './restore.ts'
import { consequences, planOf } from './restore-plan.ts'
import { type Salvaged, salvageLog } from './salvage.ts'
import { type Stats, statsOf } from './stats.ts'
import { verifyLog } from './verify.ts'

interface Choices {
  file?: string
  json?: boolean
}

export interface World {
  env: NodeJS.ProcessEnv
  clock: Clock
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
}

const sentence = ({ position, checksum }: End): string => `${inFigures(position)} events, head ${checksum}`

const table = ({ types, ...stats }: Stats): string => {
  const line = (name: string, value: string | number | null) =>
    `${name.padEnd(28)}${typeof value === 'number' ? inFigures(value) : (value ?? '—')}\n`
  const lines = [
    line('events', stats.events),
    ...Object.entries(types).map(([type, events]) => line(`  ${type}`, events)),
    line('streams', stats.streams),
    line('bytes of events', stats.eventBytes),
    line('bytes on disk', stats.fileBytes),
    line('first', stats.firstTime),
    line('last', stats.lastTime),
    line('head', stats.head),
  ]
  return lines.join('')
}

/** Given to every command: the log, the output and the progress. */
const createContext = (command: Command, { env, stdout, stderr }: World) => ({
  log: (): string => chooseLog(command.opts<Choices>().file, env),
  progress: (): Progress => (command.opts<Choices>().json ? silentProgress : progressOn(stderr)),
  /** Prints a line for people, or a JSON object with `--json`. */
  answer: (text: string, facts: object): void => {
    stdout.write(command.opts<Choices>().json ? `${JSON.stringify(facts)}\n` : text)
  },
})

type Context = ReturnType<typeof createContext>

const addReading = (
  command: Command,
  { log, progress, answer }: Context,
  { stdout, stderr }: World,
): void => {
  command
    .command('verify')
    .description('recompute every checksum, and report the first damaged position')
    .action(async () => {
      const file = log()
      try {
        const end = await verifyLog(file, progress())
        answer(`${file} is sound: ${sentence(end)}\n`, { sound: true, file, ...end })
      } catch (error) {
        if (error instanceof DamagedLog) answer('', { sound: false, file, fault: error.fault })
        throw error
      }
    })
  command
    .command('stats')
    .description('count events, streams, types and bytes')
    .action(() => {
      const file = log()
      const stats = statsOf(file)
      answer(table(stats), { file, ...stats })
    })
  command
    .command('export')
    .argument('[file]', 'where to; standard output if absent')
    .option('--force', 'replace the file', false)
    .description('write the log as NDJSON: one event per line, exactly as stored')
    .action(async (to: string | undefined, { force }: { force: boolean }) => {
      if (to === undefined) {
        const end = await exportTo(stdout, { log: log(), progress: progress() })
        stderr.write(`${sentence(end)}\n`)
        return
      }
      const end = await exportToFile({ log: log(), to, force, progress: progress() })
      answer(`Exported to ${to}: ${sentence(end)}\n`, { file: to, ...end })
    })
}

const inWords = (to: string, { readable, lost, end }: Salvaged): string => {
  const ranges = lost.map(([first, last]) => `  ${first === last ? first : `${first} to ${last}`}\n`).join('')
  const head = `Saved ${inFigures(readable)} events to ${to}${end === null ? '' : `, and verified: ${sentence(end)}`}\n`
  if (lost.length === 0) return `${head}Nothing is lost.\n`
  const stands =
    end === null
      ? ''
      : 'In the new log an event of type EventLost stands for each, so that the others keep their places.\n'
  return `${head}Lost, by position:\n${ranges}${stands}`
}

const addWriting = (command: Command, { log, progress, answer }: Context, { clock }: World): void => {
  command
    .command('backup')
    .argument('<file>', 'where to')
    .option('--force', 'replace an earlier backup there, once this one is verified', false)
    .description('copy the log into one file, also while the bus runs, and verify the copy')
    .action(async (to: string, { force }: { force: boolean }) => {
      const end = await backupLog({ log: log(), to, force, progress: progress() })
      answer(`Backed up to ${to}, and verified: ${sentence(end)}\n`, { file: to, ...end })
    })
  command
    .command('salvage')
    .argument('<out>', 'where to: a new log, or NDJSON where the name ends with .ndjson')
    .description(
      'save all that can be read of a damaged log, which is not changed, and list by position what can not',
    )
    .action(async (to: string) => {
      const salvaged = await salvageLog({ log: log(), to, clock, progress: progress() })
      answer(inWords(to, salvaged), { file: to, ...salvaged })
    })
  command
    .command('restore')
    .argument('<file>', 'a backup')
    .option('--force', 'over a log with events, which is kept beside it', false)
    .option('--dry-run', 'verify the backup and say what would be done', false)
    .description('verify a backup and replace the log by it; the bus must be stopped')
    .action(async (from: string, { force, dryRun }: { force: boolean; dryRun: boolean }) => {
      const file = log()
      if (dryRun) {
        const would = await planOf({ file, from, progress: progress() })
        return answer(`${would.text}Nothing was changed.\n`, { file, ...would.end })
      }
      const restored = await restoreLog({ log: file, from, force, clock, progress: progress() })
      const { end, kept, log: its } = restored
      const old = kept === null ? '' : `The log before is kept as ${kept}\n`
      const next = `It is log ${its.id} in epoch ${its.epoch}.\n${consequences}`
      answer(`Restored to ${file}: ${sentence(end)}\n${old}${next}`, { file, kept, log: its, ...end })
    })
  command
    .command('import')
    .argument('<file>', 'what export wrote')
    .option('--head <checksum>', 'refuse unless the last event has this checksum')
    .description('make a log from an export, with the same positions and checksums; the log must be empty')
    .action(async (from: string, { head }: { head?: string }) => {
      const file = log()
      const end = await importLog({ log: file, from, head, progress: progress() })
      answer(`Imported to ${file}, and verified: ${sentence(end)}\n`, { file, ...end })
    })
}

/** `npm run log --`: commands on a log as a whole. */
export const createCommand = (world: World): Command => {
  const command = new Command('log')
    .description('Verifies, copies, restores and salvages the log, from which every view is rebuilt.')
    .option('--file <log>', 'the log; otherwise DATABASE, or event-bus.sqlite in LOGBOOK_DATA (data/)')
    .option('--json', 'answer with one JSON object')
    .addHelpText(
      'after',
      '\nEnds with 0; with 1 where a log or an import is damaged; with 2 where nothing could be done.',
    )
    .exitOverride()
  const context = createContext(command, world)
  addReading(command, context, world)
  addWriting(command, context, world)
  return command
}
