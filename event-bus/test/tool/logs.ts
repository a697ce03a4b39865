import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { CompleteEvent } from '@logbook/chassis/log/log-store.ts'
import { completeEvent } from '@logbook/chassis/testing/complete-event.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { openLogFile } from '@logbook/event-bus/log/sqlite-rows.ts'

const main = fileURLToPath(new URL('../../src/tool/main.ts', import.meta.url))

/** The command as a person runs it. */
export const runLog = (
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 }
    const child = execFile(process.execPath, [main, ...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })

/** The nth event, from 1: three streams and two types in turn, and a word that occurs in no other. */
export const nth = (n: number): CompleteEvent =>
  completeEvent({
    id: `id-${String(n).padStart(6, '0')}`,
    subject: `s-${n % 3}`,
    type: n % 2 === 0 ? 'Even' : 'Odd',
    data: { word: wordOf(n), text: 'ünï 🦉' },
  })

export const wordOf = (n: number): string => `word-${String(n).padStart(6, '0')}`

/** A log of that many events in a file of its own, closed. */
export const makeLog = async (count: number, name = 'event-bus.sqlite'): Promise<string> => {
  const file = `${temporaryFolder()}/${name}`
  const log = openLog(file)
  for (let n = 1; n <= count; n += 1_000)
    await log.append(Array.from({ length: Math.min(1_000, count - n + 1) }, (_, index) => [nth(n + index)]))
  await log.close()
  return file
}

export const tamper = (file: string, sql: string): void => {
  const db = openLogFile(file)
  db.exec(sql)
  db.close()
}

const pageBytes = 4096

/** Flips the lowest bit of the first key by which positions are found, and returns the position that is found no more. */
export const flipFirstKey = async (file: string): Promise<number> => {
  const db = openLogFile(file)
  const root = db
    .prepare<[], number>("SELECT rootpage FROM sqlite_schema WHERE name = 'events'")
    .pluck()
    .get()
  db.close()
  const bytes = await readFile(file)
  // SQLite's format: the address of the first cell of an inner page stands after its header, the key after the child's number.
  const page = ((root ?? 1) - 1) * pageBytes
  const at = page + bytes.readUInt16BE(page + 12) + 4
  const key = bytes.readUInt8(at)
  if (bytes.readUInt8(page) !== 0x05 || key > 127)
    throw new Error(`${file} is not of the size that this is for`)
  bytes.writeUInt8(key ^ 1, at)
  await writeFile(file, bytes)
  return Math.max(key, key ^ 1)
}

export const pageKinds = { table: 0x0d, index: 0x0a } as const

/** Flips one bit of the last byte of a text, where it stands in a page of that kind. */
export const flipIn = async (file: string, text: string, kind: number = pageKinds.table): Promise<void> => {
  const bytes = await readFile(file)
  let at = bytes.indexOf(text)
  while (at !== -1 && bytes[at - (at % pageBytes)] !== kind) at = bytes.indexOf(text, at + 1)
  if (at === -1) throw new Error(`${text} stands in no such page of ${file}`)
  const last = at + Buffer.byteLength(text) - 1
  bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last)
  await writeFile(file, bytes)
}
