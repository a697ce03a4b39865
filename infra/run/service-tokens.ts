import { randomBytes, randomUUID } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { digestOf } from '@logbook/chassis/access/service-tokens.ts'
import { mediaWorker, operator, scraper } from '@logbook/contracts/identity.ts'
import { digestsFolderOf, serviceNames, services, tokenFileOf, tokensFolderOf } from './services.ts'

const tokenBytes = 32
const ownerOnly = { file: 0o600, folder: 0o700 } as const

const isThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST'

/** Gives the file its name once it is whole: of several that make one at a time, one wins and the others find it. */
const make = (file: string): void => {
  const draft = `${file}.${randomUUID()}`
  writeFileSync(draft, `${randomBytes(tokenBytes).toString('base64url')}\n`, {
    mode: ownerOnly.file,
    flag: 'wx',
  })
  try {
    linkSync(draft, file)
  } catch (error) {
    if (!isThere(error)) throw error
  } finally {
    rmSync(draft)
  }
}

const textOf = (file: string): string | undefined =>
  existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined

/** Gives a caller's digest file what follows from its token, in one step: several may do so at a time. */
const writeDigest = (name: string, dataFolder: string): void => {
  const file = join(digestsFolderOf(dataFolder), name)
  const digest = digestOf(textOf(tokenFileOf(name, dataFolder)) ?? '')
  if (textOf(file) === digest) return
  const draft = `${file}.${randomUUID()}`
  writeFileSync(draft, `${digest}\n`, { mode: ownerOnly.file, flag: 'wx' })
  renameSync(draft, file)
}

/** Callers with a token of their own: the services, the operator, and the scraper of metrics. */
const holders: readonly string[] = [
  ...serviceNames.filter((name) => services[name].showsToken),
  mediaWorker,
  operator,
  scraper,
]

/**
 * Makes the tokens of this data folder that are not there yet, each 32 random bytes in base64url, and beside them the digests that
 * services verify them by. Their owner alone may read them.
 */
export const makeServiceTokens = (dataFolder: string): void => {
  for (const folder of [tokensFolderOf(dataFolder), digestsFolderOf(dataFolder)]) {
    mkdirSync(folder, { recursive: true, mode: ownerOnly.folder })
    chmodSync(folder, ownerOnly.folder)
  }
  for (const name of holders) {
    const file = tokenFileOf(name, dataFolder)
    if (!existsSync(file)) make(file)
    chmodSync(file, ownerOnly.file)
    writeDigest(name, dataFolder)
  }
}

/** The token of a service or the operator in this data folder; the first who asks makes them all. */
export const serviceToken = (name: string, dataFolder: string): string => {
  makeServiceTokens(dataFolder)
  return readFileSync(tokenFileOf(name, dataFolder), 'utf8').trim()
}
