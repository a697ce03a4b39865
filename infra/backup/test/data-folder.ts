import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createKeyStore } from '@logbook/accounts/secrets/key-store.ts'
import { openMasterKey } from '@logbook/accounts/secrets/master-key.ts'
import { openAccountsFile } from '@logbook/accounts/storage/tables.ts'
import { completeEvent } from '@logbook/chassis/testing/complete-event.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { operator } from '@logbook/contracts/identity.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import { freePorts } from '../../run/ports.ts'

const { accounts: freePort } = await freePorts()

/** Settings under which accounts does not answer. */
export const environmentOf = (dataFolder: string): NodeJS.ProcessEnv => ({
  LOGBOOK_DATA: dataFolder,
  ACCOUNTS_URL: `http://127.0.0.1:${freePort}`,
})

export const append = async (dataFolder: string, events: readonly object[]): Promise<void> => {
  const log = openLog(join(dataFolder, 'event-bus.sqlite'))
  await log.append([events.map((event) => completeEvent(event))])
  await log.close()
}

/** Does something to the accounts of a data folder, whose service does not run. */
export const withAccounts = <Result>(
  dataFolder: string,
  run: (db: ReturnType<typeof openAccountsFile>) => Result,
): Result => {
  const db = openAccountsFile(join(dataFolder, 'accounts.sqlite'))
  try {
    return run(db)
  } finally {
    db.close()
  }
}

/** The keys of people, made where they are not there. */
export const keysOf = (dataFolder: string, people: readonly string[]): (string | null)[] =>
  withAccounts(dataFolder, (db) => {
    const master = openMasterKey({ db, source: { file: join(dataFolder, 'secrets', 'master-key') } })
    return createKeyStore({ db, master, indexed: () => true })
      .get(people, { create: true })
      .map(({ key }) => key)
  })

/** The data folder of a Logbook that is stopped: a log, accounts with a key, subscriptions, media, and what stands for views. */
export const makeDataFolder = async (parent = temporaryFolder()): Promise<string> => {
  const dataFolder = join(parent, 'data')
  mkdirSync(join(dataFolder, 'media', 'a'), { recursive: true })
  mkdirSync(join(dataFolder, 'tokens'))
  writeFileSync(join(dataFolder, 'tokens', operator), 'token-of-the-operator-in-tests\n')
  await append(
    dataFolder,
    Array.from({ length: 20 }, (_, n) => ({
      id: `id-${n}`,
      subject: `s-${n % 3}`,
      type: 'Any',
      data: { n },
    })),
  )
  withAccounts(dataFolder, (db) =>
    // The library's own table, which its service makes.
    db.exec(
      'CREATE TABLE user (id TEXT PRIMARY KEY, name TEXT, role TEXT); CREATE TABLE session (id TEXT); CREATE TABLE verification (id TEXT)',
    ),
  )
  keysOf(dataFolder, ['ada'])
  openSubscriptions(join(dataFolder, 'subscriptions.sqlite')).close()
  writeFileSync(join(dataFolder, 'media', 'a', 'picture.jpg'), 'of a lighthouse')
  for (const view of ['posts.sqlite', 'query.sqlite', 'query.sqlite-1-search'])
    writeFileSync(join(dataFolder, view), view)
  return dataFolder
}
