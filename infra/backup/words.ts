import { basename, dirname } from 'node:path'
import type { MasterKeySource } from '@logbook/accounts/secrets/master-key-file.ts'
import { counted, sizeInWords } from '@logbook/contracts/words.ts'
import type { BackedUp } from './back-up.ts'
import type { Manifest } from './manifest.ts'
import type { Places } from './places.ts'
import type { Plan, RestoredAll } from './restore.ts'

const contents = ({ log, accounts, files }: Manifest): string => {
  const bytes = files.reduce((sum, entry) => sum + entry.bytes, 0)
  const media = files.filter(({ path }) => path.startsWith('media/')).length
  return [
    `${counted(log.head, 'event', 'events')}, head ${log.checksum.slice(0, 16)}…`,
    counted(accounts.people, 'person', 'people'),
    `${counted(accounts.keys, 'key', 'keys')} of people`,
    ...(media > 0 ? [counted(media, 'file of media', 'files of media')] : []),
    sizeInWords(bytes),
  ].join(', ')
}

const keyWords = (source: MasterKeySource): string =>
  'file' in source
    ? `The master key is NOT in it, and without it the backup opens nothing that is sealed. Copy ${source.file}\nto another place than this backup.`
    : 'The master key is NOT in it, and without it the backup opens nothing that is sealed. It is in MASTER_KEY: keep it in another place.'

export const afterBackup = (
  { folder, manifest, removed, keysFault }: BackedUp,
  { accounts }: Places,
): string =>
  [
    `Backed up to ${folder}, and verified: ${contents(manifest)}.`,
    ...(keysFault === null ? [] : [`WARNING: the keys of people could not be tried: ${keysFault}.`]),
    ...(removed.length > 0 ? [`Removed, as --keep says: ${removed.join(', ')}.`] : []),
    keyWords(accounts.source),
    `To bring it back: npm run restore -- ${folder}`,
    '',
  ].join('\n')

const erasureWords = (known: number, since: number): string[] => {
  if (known === 0) return ['This backup, those beside it and the data folder know of no erased person.']
  const erased = `${counted(known, 'person is', 'people are')} known to be erased, by this backup, those beside it, or the data folder`
  return since === 0
    ? [`${erased}; the accounts in this backup are from after that.`]
    : [
        `${erased}. ${counted(since, 'of them is', 'of them are')} still in this backup: the next start erases them again.`,
      ]
}

export const beforeRestore = (
  { folder, manifest, present, replaced, views, erasures, erasedSince }: Plan,
  { log }: Places,
): string => {
  const gone =
    typeof present === 'number'
      ? present > manifest.log.head
        ? `The log there has ${counted(present, 'event', 'events')}: what was written after the backup leaves the blog, and stays in the file that is kept.`
        : `The log there has ${counted(present, 'event', 'events')}.`
      : present === 'damaged'
        ? 'The log there can not be read.'
        : 'There is no log yet.'
  const list = (paths: readonly string[]) =>
    paths.length === 0 ? 'none' : paths.map((path) => basename(path)).join(', ')
  return [
    `Backup ${folder} of ${manifest.madeAt}, verified: ${contents(manifest)}.`,
    `Restoring it into ${dirname(log)}:`,
    `  takes the place of       ${list(replaced)} (each is kept beside it, with .before-<time> behind its name)`,
    `  moves aside, to rebuild  ${list(views.filter((path) => !/-(wal|shm|journal)$/.test(path)))}`,
    '  starts a new epoch of the log: readers that had read further (views, subscriptions, followers elsewhere) detect it and start again',
    '  signs everyone out       API tokens, invitations and links in mails of then are void',
    ...erasureWords(erasures.length, erasedSince),
    gone,
    '',
  ].join('\n')
}

export const afterRestore = ({ manifest }: Plan, { kept, log }: RestoredAll): string =>
  [
    `Restored: ${contents(manifest)}.`,
    `The log is in epoch ${log.epoch} from now on: readers that had read further detect it and start again.`,
    ...(kept.length > 0
      ? ['Kept, until you remove them when all is well:', ...kept.map((path) => `  ${path}`)]
      : []),
    'Next: npm start. It builds the views from the log, reads it for who was erased, and lets people sign in then.',
    '',
  ].join('\n')
