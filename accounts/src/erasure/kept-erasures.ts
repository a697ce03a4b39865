import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { syncPath } from '@logbook/chassis/files/sync-path.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { z } from 'zod'

const line = z.object({
  id: z.uuid(),
  erasedAt: z.iso.datetime(),
  by: z.uuid().nullable(),
})
/** An erasure: the person's id, the time, and the id of the person who erased; null for the operator. */
export type KeptErasure = z.infer<typeof line>

/** The erasures file beside the accounts file. No restore replaces it, so that erasures survive a restore of log and accounts. */
export const erasuresFileOf = (accounts: string): string => join(dirname(accounts), 'erasures.ndjson')

export interface ReadErasures {
  erasures: KeptErasure[]
  /** How many lines can't be parsed, except a truncated last line, whose request was never answered. */
  unreadable: number
}

const parsed = (text: string): KeptErasure | undefined => {
  try {
    return line.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** All erasures in a file, each person once; empty where there is no file. */
export const readErasures = (file: string): ReadErasures => {
  if (!existsSync(file)) return { erasures: [], unreadable: 0 }
  const lines = readFileSync(file, 'utf8').split('\n')
  const tail = lines.pop() ?? ''
  const found = new Map<string, KeptErasure>()
  let unreadable = 0
  for (const text of [...lines, tail]) {
    const erasure = parsed(text)
    if (erasure !== undefined) found.set(erasure.id, found.get(erasure.id) ?? erasure)
    else if (text !== '' && text !== tail) unreadable += 1
  }
  return { erasures: [...found.values()], unreadable }
}

const endsMidLine = (file: string): boolean => existsSync(file) && !/(^|\n)$/.test(readFileSync(file, 'utf8'))

/** Appends erasures to a file, and creates a missing one. They are synced to disk when it returns. */
export const keepErasures = (file: string, erasures: readonly KeptErasure[]): void => {
  const isNew = !existsSync(file)
  const text = erasures.map(({ id, erasedAt, by }) => `${JSON.stringify({ id, erasedAt, by })}\n`).join('')
  // A line that a crash truncated stays a line of its own.
  const bytes = Buffer.from(`${endsMidLine(file) ? '\n' : ''}${text}`)
  const handle = openSync(file, 'a', 0o600)
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  if (isNew) syncPath(dirname(file))
}

/** Appends the erasures that a file lacks, and returns how many. */
export const addErasures = (file: string, erasures: readonly KeptErasure[]): number => {
  const known = new Set(readErasures(file).erasures.map(({ id }) => id))
  const missing = erasures.filter(({ id }) => !known.has(id))
  if (missing.length > 0) keepErasures(file, missing)
  return missing.length
}

/** The erasures file of an open accounts file. Stores nothing for a database in memory. */
export const erasureRecord = ({ accounts, logger }: { accounts: string; logger: Logger }) => {
  const file = accounts === ':memory:' ? undefined : erasuresFileOf(accounts)
  const { erasures, unreadable } = file === undefined ? { erasures: [], unreadable: 0 } : readErasures(file)
  if (unreadable > 0) logger.error({ file, unreadable }, 'the erasures file has lines that can not be read')
  const kept = new Set(erasures.map(({ id }) => id))
  const keep = (erasure: KeptErasure): void => {
    if (file === undefined || kept.has(erasure.id)) return
    keepErasures(file, [erasure])
    kept.add(erasure.id)
  }
  return {
    /** The erasures at the time of opening. */
    all: (): readonly KeptErasure[] => erasures,
    /**
     * Records an erasure before it is made, so that the next start completes it if this process ends in between. Throws
     * `unavailable` where it can't be written.
     */
    ahead(erasure: KeptErasure): void {
      try {
        keep(erasure)
      } catch (error) {
        throw new Problem('unavailable', {
          detail: 'The erasure could not be recorded. Nothing was erased.',
          retryAfter: 5,
          cause: error,
        })
      }
    },
    /** Records an erasure that the log or the accounts file has too. A failure is only logged: the next start tries again. */
    also(erasure: KeptErasure): void {
      try {
        keep(erasure)
      } catch (error) {
        logger.error({ err: error, file }, 'an erasure could not be added to the erasures file')
      }
    },
  }
}
