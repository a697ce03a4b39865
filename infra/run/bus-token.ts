import { randomBytes, randomUUID } from 'node:crypto'
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { busTokenFileOf } from './services.ts'

const tokenBytes = 32
const ownerOnly = 0o600

const isThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST'

/** Gives the file its name once it is whole: of several that make one at a time, one wins and the others find it. */
const make = (file: string): void => {
  const draft = `${file}.${randomUUID()}`
  writeFileSync(draft, `${randomBytes(tokenBytes).toString('base64url')}\n`, { mode: ownerOnly, flag: 'wx' })
  try {
    linkSync(draft, file)
  } catch (error) {
    if (!isThere(error)) throw error
  } finally {
    rmSync(draft)
  }
}

/** The token of the log in this data folder, 32 random bytes in base64url; the first who asks makes it. Its owner alone may read it. */
export const busToken = (dataFolder: string): string => {
  const file = busTokenFileOf(dataFolder)
  mkdirSync(dataFolder, { recursive: true })
  if (!existsSync(file)) make(file)
  chmodSync(file, ownerOnly)
  return readFileSync(file, 'utf8').trim()
}
