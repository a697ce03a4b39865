import type { Clock } from '@logbook/chassis/clock.ts'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import { Command } from 'commander'
import { backUp } from '../backup/back-up.ts'
import { restore } from '../backup/restore.ts'
import { type Holds, verifyAccounts } from '../backup/verify.ts'
import { erasuresFileOf } from '../erasure/kept-erasures.ts'
import { readKeyFile } from '../secrets/master-key-file.ts'
import { rotateMasterKey } from '../secrets/rotate.ts'
import { openAccountsFile } from '../storage/tables.ts'
import { readPlace } from './data-folder.ts'
import { fetchCopy } from './fetch-copy.ts'
import { ownerLink } from './owner-link.ts'

interface World {
  env: NodeJS.ProcessEnv
  clock: Clock
  stdout: NodeJS.WriteStream
}

const number = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

const inWords = ({ people, keys, erased, keysFault }: Holds): string => {
  const held = `${number(people, 'person', 'people')}, ${number(keys, 'key', 'keys')}, ${number(erased, 'erased', 'erased')}`
  return keysFault === null
    ? `${held}; every key opens`
    : `${held}; the keys could not be tried: ${keysFault}`
}

/** Opened as its service does, which must not run meanwhile. */
const openStopped = (file: string) => {
  try {
    return openAccountsFile(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY')
      throw new Refused(`${file} is open in another process. Stop Logbook first.`)
    throw error
  }
}

const addCopies = (command: Command, { env, clock, stdout }: World): void => {
  command
    .command('backup')
    .argument('<file>', 'where to')
    .option('--force', 'replace an earlier backup there, once this one is verified', false)
    .description('copy the accounts into one file, also while Logbook runs, and verify the copy')
    .action(async (to: string, { force }: { force: boolean }) => {
      const place = readPlace(env)
      const holds = await backUp(place, { to, force, fetch: (part) => fetchCopy(place, part) })
      stdout.write(
        `Backed up to ${to}, and verified: ${inWords(holds)}.\nThe master key is not in it: keep that one apart.\n`,
      )
    })
  command
    .command('restore')
    .argument('<file>', 'a backup')
    .option('--force', 'over accounts that are there, which are kept beside it', false)
    .description('verify a backup and put it in the place of the accounts; Logbook must be stopped')
    .action(async (from: string, { force }: { force: boolean }) => {
      const place = readPlace(env)
      const { kept, erasedSince, ...holds } = await restore(place, from, { force, clock })
      stdout.write(`Restored to ${place.file}: ${inWords(holds)}.\n`)
      if (kept !== null)
        stdout.write(`The accounts before are kept as ${kept}. Remove them when all is well.\n`)
      stdout.write(
        'Everyone signs in again, with the password of then. API tokens, invitations and links in mails are void: make them anew.\n' +
          `When Logbook starts, it erases again whom ${erasuresFileOf(place.file)} names: ${erasedSince === 0 ? 'nobody was erased after this backup, as far as it knows' : `${number(erasedSince, 'person was', 'people were')} erased after this backup`}.\n` +
          'Nobody signs in before the log was read for who was erased since.\n',
      )
    })
  command
    .command('verify')
    .argument('[file]', 'a backup; the accounts themselves if absent, while Logbook is stopped')
    .description('read a whole file, and open each of its keys with the master key')
    .action((file: string | undefined) => {
      const place = readPlace(env)
      const holds = verifyAccounts(file ?? place.file, place.source)
      stdout.write(`${file ?? place.file} is sound: ${inWords(holds)}.\n`)
    })
}

/** `npm run accounts --`: what is done to the accounts file as a whole. */
export const createCommand = (world: World): Command => {
  const { env, stdout } = world
  const command = new Command('accounts')
    .description('Looks after the accounts: people, and the keys that make them erasable.')
    .addHelpText(
      'after',
      '\nThe accounts are those of LOGBOOK_DATA (data/), or of DATABASE with MASTER_KEY or MASTER_KEY_FILE.\n' +
        'Ends with 0; with 1 where a file is damaged; with 2 where nothing could be done.',
    )
    .exitOverride()
  addCopies(command, world)
  command
    .command('owner-link')
    .description('print the link that makes the owner, while nobody owns the blog; Logbook must run')
    .action(async () => void stdout.write(`${await ownerLink(readPlace(env))}\n`))
  command
    .command('rotate-master-key')
    .option(
      '--sign-out',
      'also end every session and make all cookies worthless: where the key may be known',
      false,
    )
    .option('--to <file>', 'where the present one is MASTER_KEY: a file with the one that takes over')
    .description('wrap every key anew with another master key; Logbook must be stopped')
    .action(({ signOut, to }: { signOut: boolean; to?: string }) => {
      const { file, source } = readPlace(env)
      if ('file' in source !== (to === undefined))
        throw new Refused('--to is for a master key in MASTER_KEY, which nobody but you can replace.')
      verifyAccounts(file, source)
      const given = to === undefined ? undefined : readKeyFile(to)
      if (typeof given === 'string') throw new Refused(`${to}: ${given}.`)
      const db = openStopped(file)
      try {
        const count = rotateMasterKey({ db, source, given, signOut })
        if (typeof count === 'string') throw new Refused(`Nothing was changed: ${count}.`)
        stdout.write(
          `${number(count, 'key is', 'keys are')} wrapped anew.${signOut ? ' Everyone is signed out.' : ''}\n` +
            'Backups from before open with the key from before alone: keep it with them, or make a new one now.\n' +
            ('file' in source
              ? `Keep a copy of ${source.file} apart from the backups.\n`
              : `Give accounts the one in ${to} as MASTER_KEY before it starts.\n`),
        )
      } finally {
        db.close()
      }
    })
  return command
}
