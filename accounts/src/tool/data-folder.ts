import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import {
  operatorTokenOf,
  operatorTokenSettings,
  parseConfig,
  setting,
} from '@logbook/chassis/start/config.ts'
import { operator } from '@logbook/contracts/identity.ts'
import { servicePorts } from '@logbook/contracts/services.ts'
import { z } from 'zod'
import type { MasterKeySource } from '../secrets/master-key-file.ts'

/** Where the accounts file and its master key are, and the URL of the service. */
export interface AccountsLocation {
  file: string
  source: MasterKeySource
  url: string
  /** Throws `Refused` where there is none. */
  operatorToken: () => string
}

const tokenIn = (folder: string): string => {
  const file = join(folder, operator)
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw new Refused(`The operator's token can't be read from ${file}.`)
  }
}

/** Reads the location from the settings: the data folder, as `npm start` has it, or the settings of the service itself. */
export const readLocation = (env: NodeJS.ProcessEnv): AccountsLocation => {
  const read = parseConfig(
    {
      LOGBOOK_DATA: setting.path('data'),
      LOGBOOK_ACCOUNTS_PORT: setting.port(servicePorts.accounts),
      DATABASE: z.string().optional(),
      MASTER_KEY: z.string().optional(),
      MASTER_KEY_FILE: z.string().optional(),
      SERVICE_TOKENS_DIR: z.string().optional(),
      ...operatorTokenSettings,
    },
    env,
  )
  const file = resolve(read.DATABASE ?? join(read.LOGBOOK_DATA, 'accounts.sqlite'))
  const given = operatorTokenOf(read)
  return {
    file,
    source:
      read.MASTER_KEY === undefined
        ? { file: resolve(read.MASTER_KEY_FILE ?? join(dirname(file), 'secrets', 'master-key')) }
        : { key: read.MASTER_KEY },
    url: `http://127.0.0.1:${read.LOGBOOK_ACCOUNTS_PORT}`,
    operatorToken: () => given ?? tokenIn(read.SERVICE_TOKENS_DIR ?? join(dirname(file), 'tokens')),
  }
}
