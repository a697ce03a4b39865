import type { Clock } from '@logbook/chassis/clock.ts'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import { counted } from '@logbook/contracts/words.ts'
import { Command } from 'commander'
import { backUp } from '../backup/back-up.ts'
import { restore } from '../backup/restore.ts'
import { type AccountsSummary, verifyAccounts } from '../backup/verify.ts'
import { erasuresFileOf } from '../erasure/kept-erasures.ts'
import { readKeyFile } from '../secrets/master-key-file.ts'
import { rotateMasterKey } from '../secrets/rotate.ts'
import { openAccountsFile } from '../storage/tables.ts'
import { readLocation } from './data-folder.ts'
import { fetchCopy } from './fetch-copy.ts'
import { ownerLink } from './owner-link.ts'

interface World {
  env: NodeJS.ProcessEnv
  clock: Clock
  stdout: NodeJS.WriteStream
}

const inWords = ({ people, keys, erased, keysFault }: AccountsSummary): string => {
  const held = `${counted(people, 'person', 'people')}, ${counted(keys, 'key', 'keys')}, ${counted(erased, 'erased', 'erased')}`
  return keysFault === null
    ? `${held}; every key opens`
    : `${held}; the keys could not be tried: ${keysFault}`
}

/** Opens the file exclusively, as the service does. Throws `Refused` while the service runs. */
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
      const location = readLocation(env)
      const summary = await backUp(location, { to, force, fetch: (part) => fetchCopy(location, part) })
      stdout.write(
        `Backed up to ${to}, and verified: ${inWords(summary)}.\nThe master key is not in it: keep that one apart.\n`,
      )
    })
  command
    .command('restore')
    .argument('<file>', 'a backup')
    .option('--force', 'replace existing accounts, which are kept beside it', false)
    .description('verify a backup and replace the accounts by it; Logbook must be stopped')
    .action(async (from: string, { force }: { force: boolean }) => {
      const location = readLocation(env)
      const { kept, erasedSince, ...summary } = await restore(location, from, { force, clock })
      stdout.write(`Restored to ${location.file}: ${inWords(summary)}.\n`)
      if (kept !== null)
        stdout.write(`The earlier accounts are kept as ${kept}. Remove them when all is well.\n`)
      stdout.write(
        'Everyone must sign in again, with the password of that time. API tokens, invitations and links in mails are void: create new ones.\n' +
          `When Logbook starts, it erases the people in ${erasuresFileOf(location.file)} again: ${erasedSince === 0 ? 'none was erased after this backup' : `${counted(erasedSince, 'person was', 'people were')} erased after this backup`}.\n` +
          'Sign-in is refused until the log has been read for later erasures.\n',
      )
    })
  command
    .command('verify')
    .argument('[file]', 'a backup; the accounts themselves if absent, while Logbook is stopped')
    .description('read a whole file, and open each of its keys with the master key')
    .action((file: string | undefined) => {
      const location = readLocation(env)
      const summary = verifyAccounts(file ?? location.file, location.source)
      stdout.write(`${file ?? location.file} is sound: ${inWords(summary)}.\n`)
    })
}

/** `npm run accounts --`: commands on the accounts file as a whole. */
export const createCommand = (world: World): Command => {
  const { env, stdout } = world
  const command = new Command('accounts')
    .description('Backs up, restores and verifies accounts: people, and the keys that make them erasable.')
    .addHelpText(
      'after',
      '\nThe accounts are those of LOGBOOK_DATA (data/), or of DATABASE with MASTER_KEY or MASTER_KEY_FILE.\n' +
        'Ends with 0; with 1 where a file is damaged; with 2 where nothing could be done.',
    )
    .exitOverride()
  addCopies(command, world)
  command
    .command('owner-link')
    .description('print the link that creates the first owner; Logbook must run')
    .action(async () => void stdout.write(`${await ownerLink(readLocation(env))}\n`))
  command
    .command('rotate-master-key')
    .option(
      '--sign-out',
      'also end every session and invalidate all cookies, for a key that may be known',
      false,
    )
    .option('--to <file>', 'a file with the new key, where the present one is in MASTER_KEY')
    .description('wrap every key with a new master key; Logbook must be stopped')
    .action(({ signOut, to }: { signOut: boolean; to?: string }) => {
      const { file, source } = readLocation(env)
      if ('file' in source !== (to === undefined))
        throw new Refused('--to is for a master key in MASTER_KEY, which only you can replace.')
      verifyAccounts(file, source)
      const given = to === undefined ? undefined : readKeyFile(to)
      if (typeof given === 'string') throw new Refused(`${to}: ${given}.`)
      const db = openStopped(file)
      try {
        const count = rotateMasterKey({ db, source, given, signOut })
        if (typeof count === 'string') throw new Refused(`Nothing was changed: ${count}.`)
        stdout.write(
          `${counted(count, 'key is', 'keys are')} rewrapped.${signOut ? ' Everyone is signed out.' : ''}\n` +
            'Earlier backups open only with the earlier key: keep it with them, or make a new backup now.\n' +
            ('file' in source
              ? `Keep a copy of ${source.file} apart from the backups.\n`
              : `Set MASTER_KEY of accounts to the key in ${to} before it starts.\n`),
        )
      } finally {
        db.close()
      }
    })
  return command
}
