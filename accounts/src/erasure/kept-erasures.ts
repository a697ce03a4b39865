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
/** Who was erased, by an id that says nothing by itself, when, and by whom: null for the operator. */
export type KeptErasure = z.infer<typeof line>

/** The file of erasures beside accounts. No restore takes its place, so that an erasure outlives both the log and accounts going back. */
export const erasuresFileOf = (accounts: string): string => join(dirname(accounts), 'erasures.ndjson')

export interface ReadErasures {
  erasures: KeptErasure[]
  /** Lines that are no erasure, but for a last one that was cut off: what it says was never answered. */
  unreadable: number
}

const parsed = (text: string): KeptErasure | undefined => {
  try {
    return line.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** All erasures in a file of them, each person once; none where there is no file. */
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

/** Adds erasures to a file of them, which is made if there is none. They are on the disk when it returns. */
export const keepErasures = (file: string, erasures: readonly KeptErasure[]): void => {
  const isNew = !existsSync(file)
  const text = erasures.map(({ id, erasedAt, by }) => `${JSON.stringify({ id, erasedAt, by })}\n`).join('')
  // A line that a crash cut off stays by itself.
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

/** Adds those that a file has not yet, and returns how many. */
export const addErasures = (file: string, erasures: readonly KeptErasure[]): number => {
  const known = new Set(readErasures(file).erasures.map(({ id }) => id))
  const missing = erasures.filter(({ id }) => !known.has(id))
  if (missing.length > 0) keepErasures(file, missing)
  return missing.length
}

/** The file of erasures of accounts that are open; nothing is kept for those in memory. */
export const erasureRecord = ({ accounts, logger }: { accounts: string; logger: Logger }) => {
  const file = accounts === ':memory:' ? undefined : erasuresFileOf(accounts)
  const { erasures, unreadable } = file === undefined ? { erasures: [], unreadable: 0 } : readErasures(file)
  if (unreadable > 0)
    logger.error({ file, unreadable }, 'the file of erasures has lines that can not be read')
  const kept = new Set(erasures.map(({ id }) => id))
  const keep = (erasure: KeptErasure): void => {
    if (file === undefined || kept.has(erasure.id)) return
    keepErasures(file, [erasure])
    kept.add(erasure.id)
  }
  return {
    /** As they stood when it was opened. */
    all: (): readonly KeptErasure[] => erasures,
    /**
     * Ahead of the erasure itself: what is on record happens at the next start at the latest, wherever this process ends. Throws
     * `unavailable` where it can't be written.
     */
    ahead(erasure: KeptErasure): void {
      try {
        keep(erasure)
      } catch (error) {
        throw new Problem('unavailable', {
          detail: 'The erasure could not be written down. Nothing was erased.',
          retryAfter: 5,
          cause: error,
        })
      }
    },
    /** Of one that is on record elsewhere too, in the log or in accounts: where it can't be written now, the next start does it. */
    also(erasure: KeptErasure): void {
      try {
        keep(erasure)
      } catch (error) {
        logger.error({ err: error, file }, 'an erasure could not be added to the file of erasures')
      }
    },
  }
}
