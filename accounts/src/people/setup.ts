import { timingSafeEqual } from 'node:crypto'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { newSecret, secretHash } from '../secrets/secret.ts'
import type { People } from './people.ts'

export interface Setup {
  /** The token of the link that creates the first owner; null once there is an owner. */
  token(): string | null
  isToken(given: string): boolean
  /** Part of the transaction that creates the owner. */
  close(): void
}

/** The set-up of a blog, open until it has an owner. */
export const createSetup = ({ db, people }: { db: Database; people: People }): Setup => {
  const read = db.prepare<[], string>('SELECT token FROM setup').pluck()
  const insert = db.prepare<[string]>('INSERT OR IGNORE INTO setup (one, token) VALUES (1, ?)')
  const remove = db.prepare('DELETE FROM setup')
  if (people.hasOwner()) remove.run()
  else insert.run(newSecret())
  const token = () => read.get() ?? null
  return {
    token,
    isToken(given) {
      const expected = token()
      return expected !== null && timingSafeEqual(secretHash(given), secretHash(expected))
    },
    close: () => void remove.run(),
  }
}

/** The link that creates the first owner; null once there is an owner. */
export const setupLink = (setup: Pick<Setup, 'token'>, publicUrl: string): string | null => {
  const token = setup.token()
  return token === null ? null : `${publicUrl}/setup?token=${token}`
}
