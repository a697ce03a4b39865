import { join } from 'node:path'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import { inFigures } from '@logbook/contracts/words.ts'
import cliProgress from 'cli-progress'
import { Command } from 'commander'
import { type Moved, type MoveProgress, moveStorage } from '../storage/move.ts'
import { openStorage } from '../storage/open-storage.ts'
import { backUpPlaces } from './back-up.ts'
import { askForCheck, describeCheck } from './check.ts'

interface World {
  env: NodeJS.ProcessEnv
  stdout: NodeJS.WritableStream
  stderr: NodeJS.WriteStream
}

interface MoveChoices {
  from: string
  to: string
  remove: boolean
  json: boolean
}

/** A bar on a terminal, nothing elsewhere. */
const barOn = (output: NodeJS.WriteStream) => {
  if (!output.isTTY) return { at: (_: MoveProgress) => undefined, end: () => undefined }
  const format = '{value} of {total} objects {bar} {bytes} bytes copied'
  const bar = new cliProgress.SingleBar({ stream: output, format, hideCursor: true, clearOnComplete: true })
  bar.start(0, 0, { bytes: '0' })
  return {
    at: ({ total, done, copiedBytes }: MoveProgress) => {
      bar.setTotal(total)
      bar.update(done, { bytes: inFigures(copiedBytes) })
    },
    end: () => bar.stop(),
  }
}

const sentence = ({ objects, copied, copiedBytes, removed }: Moved, { from, to }: MoveChoices): string => {
  const sent = `${inFigures(copied)} copied (${inFigures(copiedBytes)} bytes), ${inFigures(objects - copied)} were there already`
  const end = removed > 0 ? `removed from ${from}` : `${from} still has them`
  return `${inFigures(objects)} objects are in ${to}, each read back and the same: ${sent}; ${end}.\n`
}

const move = async (choices: MoveChoices, { env, stdout, stderr }: World): Promise<void> => {
  if (choices.from === choices.to) throw new Refused('--from and --to name the same place.')
  const from = openStorage(choices.from, env)
  const to = openStorage(choices.to, env)
  const bar = choices.json ? undefined : barOn(stderr)
  try {
    const { remove } = choices
    const moved = await moveStorage({ from, to, remove, onProgress: (progress) => bar?.at(progress) })
    stdout.write(choices.json ? `${JSON.stringify(moved)}\n` : sentence(moved, choices))
  } finally {
    bar?.end()
    await Promise.all([from.close(), to.close()])
  }
}

interface BackupChoices {
  from?: string
  json: boolean
}

const backUp = async (to: string, { from, json }: BackupChoices, { env, stdout }: World): Promise<void> => {
  const source = from ?? (env.MEDIA_STORAGE || join(env.LOGBOOK_DATA || 'data', 'media'))
  if (source === to) throw new Refused('The storage and its copy are the same place.')
  const done = await backUpPlaces({ from: source, to }, env)
  const { objects, copied, copiedBytes, removed } = done
  stdout.write(
    json
      ? `${JSON.stringify(done)}\n`
      : `${inFigures(objects)} objects are in ${to}, each read back and the same: ${inFigures(copied)} copied (${inFigures(copiedBytes)} bytes), ${inFigures(removed)} removed.\n`,
  )
}

/** The command line of media: `npm run media -- move --from data/media --to s3://bucket`. */
export const createCommand = (world: World): Command => {
  const command = new Command('media')
    .description('the files of media, where they lie')
    .exitOverride()
    .showHelpAfterError()
  command
    .command('move')
    .description(
      'copy every object to another storage and read it back; a move that was cut short goes on where it was',
    )
    .requiredOption('--from <place>', 'a folder, or s3://bucket/prefix?region=…&endpoint=…')
    .requiredOption(
      '--to <place>',
      'the same; the keys of a bucket are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    )
    .option(
      '--remove',
      'remove the objects from the first place when all are in the other; stop Logbook before',
      false,
    )
    .option('--json', 'answer with JSON', false)
    .action((choices: MoveChoices) => move(choices, world))
  command
    .command('backup')
    .description(
      'make another place the same as the storage, sending only what it lacks; also while Logbook runs',
    )
    .argument('<place>', 'a folder, or s3://bucket/prefix?region=…&endpoint=…')
    .option('--from <place>', 'the storage, where it is not MEDIA_STORAGE or data/media')
    .option('--json', 'answer with JSON', false)
    .action((to: string, choices: BackupChoices) => backUp(to, choices, world))
  command
    .command('check')
    .description('compare the storage with the log: files that no event names, and events whose file is gone')
    .option('--json', 'answer with JSON', false)
    .action(async ({ json }: { json: boolean }) => {
      const checked = await askForCheck(world.env)
      if (json) world.stdout.write(`${JSON.stringify(checked)}\n`)
      else describeCheck(checked, world.stdout)
    })
  return command
}
