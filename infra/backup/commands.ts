import { createInterface } from 'node:readline/promises'
import type { WallClock } from '@logbook/chassis/clock.ts'
import { Damaged, Refused } from '@logbook/chassis/start/command-line.ts'
import { progressOn, silentProgress } from '@logbook/event-bus/tool/progress.ts'
import { Command, InvalidArgumentError } from 'commander'
import { root } from '../run/services.ts'
import { backUpAll, lostWords, versionOf } from './back-up.ts'
import { readPlaces } from './places.ts'
import { planRestore, restoreAll } from './restore.ts'
import { settingsIn } from './settings-kept.ts'
import { afterBackup, afterRestore, beforeRestore } from './words.ts'

interface World {
  env: NodeJS.ProcessEnv
  clock: WallClock
  stdin: NodeJS.ReadStream
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
}

const places = [
  '',
  'What is meant is the data folder, LOGBOOK_DATA (data/). Where each part has a volume of its own: LOG_DATABASE, ACCOUNTS_DATABASE,',
  'ACCOUNTS_URL, SUBSCRIPTIONS_DATABASE, MEDIA_DIR, VIEW_DIRS (with commas between), SERVICE_TOKENS_DIR, MASTER_KEY or MASTER_KEY_FILE.',
  'Ends with 0; with 1 where something is damaged; with 2 where nothing could be done.',
].join('\n')

const atLeastOne = (text: string): number => {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 on.')
  return Number(text)
}

/** `npm run backup --` */
export const createBackup = ({ env, clock, stdout, stderr }: World): Command =>
  new Command('npm run backup --')
    .description(
      'Copies a whole Logbook, also while it runs, into a folder of its own below the one that is named, and verifies the copy.',
    )
    .argument('<folder>', 'where backups go; it is made if its parent is there')
    .option('--keep <n>', 'then remove the oldest backups there until so many are left', atLeastOne)
    .option('--json', 'answer with one JSON object', false)
    .addHelpText('after', places)
    .exitOverride()
    .action(async (to: string, { keep, json }: { keep?: number; json: boolean }) => {
      const where = readPlaces(env)
      const progress = json ? silentProgress : progressOn(stderr)
      const version = versionOf(root)
      const done = await backUpAll({
        places: where,
        to,
        keep,
        version,
        settings: settingsIn(env),
        clock,
        progress,
      })
      stdout.write(json ? `${JSON.stringify(done)}\n` : afterBackup(done, where))
      if (done.mediaLost > 0)
        throw new Damaged(
          `${lostWords(done, where)} No older backup was removed: remove them yourself where the files were deleted on purpose.`,
        )
    })

const confirmed = async ({ stdin, stdout }: World): Promise<boolean> => {
  if (!stdin.isTTY)
    throw new Refused('Nothing was changed. Without a terminal to ask on, --yes says that it is meant.')
  const asking = createInterface({ input: stdin, output: stdout })
  try {
    return /^y(es)?$/i.test((await asking.question('Type yes to go on: ')).trim())
  } finally {
    asking.close()
  }
}

/** `npm run restore --` */
export const createRestore = (world: World): Command =>
  new Command('npm run restore --')
    .description(
      'Puts a backup in the place of a Logbook that is stopped, once every byte of it is verified. Says before what it will do.',
    )
    .argument('<folder>', 'a backup, or the folder of backups, of which the newest is taken')
    .option('--dry-run', 'verify the backup and say what would be done', false)
    .option('--yes', 'do not ask', false)
    .addHelpText('after', places)
    .exitOverride()
    .action(async (given: string, { dryRun, yes }: { dryRun: boolean; yes: boolean }) => {
      const { env, clock, stdout, stderr } = world
      const where = readPlaces(env)
      const progress = progressOn(stderr)
      const plan = await planRestore({ places: where, given, progress })
      stdout.write(beforeRestore(plan, where))
      if (dryRun) return void stdout.write('Nothing was changed.\n')
      if (!yes && !(await confirmed(world))) throw new Refused('Nothing was changed.')
      stdout.write(afterRestore(plan, await restoreAll({ places: where, plan, clock, progress })))
    })
