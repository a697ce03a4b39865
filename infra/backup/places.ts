import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import {
  type AccountsLocation,
  readLocation as readAccountsLocation,
} from '@logbook/accounts/tool/data-folder.ts'
import { parseConfig, setting } from '@logbook/chassis/start/config.ts'
import { z } from 'zod'

/** Where all that is backed up lies. Every path is absolute. */
export interface Places {
  dataFolder: string
  log: string
  subscriptions: string
  accounts: AccountsLocation
  media: string
  /** Folders whose other SQLite files are views. */
  views: readonly string[]
}

const path = (meaning: string) => z.string().min(1).max(4_000).optional().describe(meaning)

export const settings = {
  LOGBOOK_DATA: setting.path('data').describe('The folder of all data, for its owner alone.'),
  LOG_DATABASE: path('The log, where it is not `event-bus.sqlite` in the data folder.'),
  ACCOUNTS_DATABASE: path('The file of accounts, where it is not `accounts.sqlite` in the data folder.'),
  ACCOUNTS_URL: path('Where it finds accounts, which hands out a copy while it runs.'),
  SUBSCRIPTIONS_DATABASE: path('The places of durable subscriptions; `subscriptions.sqlite` beside the log.'),
  MEDIA_DIR: path('Pictures and files; `media` in the data folder.'),
  VIEW_DIRS: path('Folders of the views, which a restore moves aside, with commas between; the data folder.'),
}

/**
 * The data folder as `npm start` has it, `LOGBOOK_DATA`. Where each service has a volume of its own: `LOG_DATABASE`, `ACCOUNTS_DATABASE`,
 * `SUBSCRIPTIONS_DATABASE`, `MEDIA_DIR`, and in `VIEW_DIRS` the folders of the views, with commas between. Throws `ConfigError`.
 */
export const readPlaces = (env: NodeJS.ProcessEnv): Places => {
  const read = parseConfig(settings, env)
  const dataFolder = resolve(read.LOGBOOK_DATA)
  const log = resolve(read.LOG_DATABASE ?? join(dataFolder, 'event-bus.sqlite'))
  const accounts = readAccountsLocation({ ...env, DATABASE: read.ACCOUNTS_DATABASE })
  return {
    dataFolder,
    log,
    subscriptions: resolve(read.SUBSCRIPTIONS_DATABASE ?? join(dirname(log), 'subscriptions.sqlite')),
    accounts: { ...accounts, url: read.ACCOUNTS_URL ?? accounts.url },
    media: resolve(read.MEDIA_DIR ?? join(dataFolder, 'media')),
    views: (read.VIEW_DIRS?.split(',') ?? [dataFolder])
      .map((folder) => resolve(folder.trim()))
      .filter((folder) => existsSync(folder)),
  }
}
