import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { foldTogether, partOf, putInPlace, removeFile } from '@logbook/chassis/files/put-in-place.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { wording } from '@logbook/chassis/http/wording.ts'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import { eventToAppend } from '@logbook/contracts/envelope.ts'
import { z } from 'zod'
import { beginning, createRowWriter, type End, type EventText, openLogFile } from '../log/sqlite-rows.ts'
import { BadLine } from './failures.ts'
import { limits } from './limits.ts'
import { linesOf } from './lines.ts'
import { asOnlyWriter, isVacant } from './log-file.ts'
import type { Progress } from './progress.ts'
import { verifyLog } from './verify.ts'

const place = z.number().int().min(1)
const recordedEvent = eventToAppend
  .required({
    specversion: true,
    id: true,
    source: true,
    subject: true,
    time: true,
    datacontenttype: true,
    dataversion: true,
  })
  .extend({ position: place, version: place, expectedversion: z.never().optional() })

const parse = (text: string): unknown => {
  try {
    const parsed: unknown = JSON.parse(text)
    // Duplicate names and numbers that no double represents: parsers would change them.
    return JSON.stringify(parsed) === text ? parsed : undefined
  } catch {
    return undefined
  }
}

const readEvent = ({ text, number }: { text: string; number: number }): EventText => {
  const excerpt = JSON.stringify(text.slice(0, limits.excerptCharsMax))
  const value = parse(text)
  if (value === undefined) throw new BadLine(number, `it is not JSON as an export writes it: ${excerpt}`)
  const parsed = recordedEvent.safeParse(value, { error: wording })
  if (parsed.success) return { ...parsed.data, text }
  const [issue] = parsed.error.issues
  throw new BadLine(number, `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'is not an event'}`)
}

/** Writes events in pages. Each must have the next position and version, and a new id. */
const createReceiver = (db: Database) => {
  const versionIn = db
    .prepare<[string], number | null>('SELECT max(version) FROM events WHERE subject = ?')
    .pluck()
  const positionOf = db.prepare<[string], number>('SELECT position FROM events WHERE id = ?').pluck()
  const write = db.transaction(createRowWriter(db))
  const waiting: EventText[] = []
  const waitingIds = new Map<string, number>()
  const waitingVersions = new Map<string, number>()
  let end: End = beginning

  const flush = (): End => {
    end = write(waiting, end)
    waiting.length = 0
    waitingIds.clear()
    waitingVersions.clear()
    return end
  }
  const faultOf = ({ position, id, subject, version }: EventText): string | undefined => {
    const expected = end.position + waiting.length + 1
    if (position !== expected) return `its position is ${position}, where ${expected} comes next`
    const before = waitingIds.get(id) ?? positionOf.get(id)
    if (before !== undefined) return `its id ${id} stands at position ${before} already`
    const known = waitingVersions.get(subject) ?? versionIn.get(subject) ?? 0
    return version === known + 1
      ? undefined
      : `its version of ${subject} is ${version}, where ${known + 1} comes next`
  }
  const take = (event: EventText, line: number): void => {
    const fault = faultOf(event)
    if (fault !== undefined) throw new BadLine(line, fault)
    waiting.push(event)
    waitingIds.set(event.id, event.position)
    waitingVersions.set(event.subject, event.version)
    if (waiting.length >= limits.pageEventsMax) flush()
  }
  return { take, flush }
}

const receive = async (
  file: string,
  { part, progress }: { part: string; progress: Progress },
): Promise<End> => {
  const { size } = await stat(file)
  const db = openLogFile(part)
  try {
    const { take, flush } = createReceiver(db)
    for await (const { text, number, bytes } of linesOf(createReadStream(file))) {
      take(readEvent({ text, number }), number)
      if (number % limits.pageEventsMax === 0) progress.at({ what: 'importing', done: bytes, total: size })
    }
    return flush()
  } finally {
    db.close()
    progress.end()
  }
}

/**
 * Makes a log from an export, with the same events, positions, versions and chain of checksums. It gets its name once complete and
 * verified. Throws `BadLine`, and `Refused` over a log with events or where the chain does not end in `head`.
 */
export const importLog = async (request: {
  log: string
  from: string
  head?: string | undefined
  progress: Progress
}): Promise<End> => {
  const { log, head, progress } = request
  const from = resolve(request.from)
  const source = await stat(from).catch(() => undefined)
  if (!source?.isFile()) throw new Refused(`There is no file at ${from}.`)
  return asOnlyWriter(log, async () => {
    if (!isVacant(log)) throw new Refused(`The log at ${log} has events. Import into an empty one.`)
    const part = partOf(log)
    await removeFile(part)
    try {
      const end = await receive(from, { part, progress })
      if (head !== undefined && head.toLowerCase() !== end.checksum)
        throw new Refused(
          `These events end in the checksum ${end.checksum}, not in ${head}: some were changed.`,
        )
      foldTogether(part)
      await verifyLog(part, progress)
      await putInPlace(part, log)
      return end
    } finally {
      await removeFile(part)
    }
  })
}
