import { createReadStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { cases } from '@logbook/chassis/testing/cases.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { openLogFile } from '@logbook/event-bus/log/sqlite-rows.ts'
import { exportToFile } from '@logbook/event-bus/tool/export.ts'
import { importLog } from '@logbook/event-bus/tool/import.ts'
import { linesOf } from '@logbook/event-bus/tool/lines.ts'
import { silentProgress as progress } from '@logbook/event-bus/tool/progress.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fill, post, startBus } from '../running-bus.ts'
import { flipIn, makeLog, wordOf } from './logs.ts'

const exported = async (log: string): Promise<string> => {
  const to = `${temporaryFolder()}/export.ndjson`
  await exportToFile({ log, to, force: false, progress })
  return to
}
const newLog = async () => `${temporaryFolder()}/event-bus.sqlite`
const rowsOf = (file: string): unknown[] => {
  const db = openLogFile(file)
  const rows = db.prepare('SELECT *, hex(checksum) AS checksum FROM events ORDER BY position').all()
  db.close()
  return rows
}

describe('export and import', () => {
  it('export and import bring a log back byte for byte, its chain of checksums too', async () => {
    const file = await newLog()
    const bus = await startBus({ file })
    await fill(bus, 2_500)
    const odd = [
      { type: 'T', subject: '__proto__', data: { 'line\nbreak': '\u2028 🦉 "\\', 9: -0 } },
      { type: 'T', 7: 'seven', data: JSON.parse('{"__proto__":{"x":1e21},"z":[0.1,null,""]}') },
    ]
    expect((await post(bus, JSON.stringify(odd))).status).toBe(201)
    await bus.store.close()
    const first = await exported(file)
    const copy = await newLog()
    const end = await importLog({ log: copy, from: first, progress })
    expect(end.position).toBe(2_502)
    expect(rowsOf(copy)).toEqual(rowsOf(file))
    expect(await readFile(await exported(copy))).toEqual(await readFile(first))
  })

  it('an export is exactly what is stored, one event per line', async () => {
    const file = await makeLog(20)
    const lines = (await readFile(await exported(file), 'utf8')).split('\n')
    const stored = rowsOf(file) as { event: string }[]
    expect(lines).toEqual([...stored.map(({ event }) => event), ''])
  })

  it('an empty log is exported as an empty file, and back', async () => {
    const from = await exported(await makeLog(0))
    expect(await readFile(from, 'utf8')).toBe('')
    expect(await importLog({ log: await newLog(), from, progress })).toMatchObject({ position: 0 })
  })

  it('the bus goes on with an imported log', async () => {
    const log = await newLog()
    await importLog({ log, from: await exported(await makeLog(30)), progress })
    const bus = await startBus({ file: log })
    const answer = await post(bus, '{"type":"T","subject":"s-1","data":1}')
    expect(await answer.json()).toMatchObject([{ position: 31, version: 11 }])
  })
})

describe('export', () => {
  it('an export of a damaged log fails and leaves no file', async () => {
    const log = await makeLog(200)
    await flipIn(log, wordOf(123))
    const to = `${log}.ndjson`
    await expect(exportToFile({ log, to, force: false, progress })).rejects.toThrow(/position 123/)
    await expect(readFile(to)).rejects.toThrow(/ENOENT/)
    await expect(readFile(`${to}.part`)).rejects.toThrow(/ENOENT/)
  })

  it('an export replaces a file only when forced', async () => {
    const log = await makeLog(2)
    const to = `${log}.ndjson`
    await writeFile(to, 'mine')
    await expect(exportToFile({ log, to, force: false, progress })).rejects.toThrow(/--force/)
    expect(await readFile(to, 'utf8')).toBe('mine')
    await exportToFile({ log, to, force: true, progress })
    expect((await readFile(to, 'utf8')).split('\n')).toHaveLength(3)
  })
})

describe('import', () => {
  const edit = (change: (lines: string[]) => (string | Buffer)[]) => async () => {
    const from = await exported(await makeLog(9))
    const lines = (await readFile(from, 'utf8')).trimEnd().split('\n')
    await writeFile(
      from,
      Buffer.concat(change(lines).map((line) => Buffer.concat([Buffer.from(line), Buffer.from('\n')]))),
    )
    return from
  }
  const replaced = (pattern: string | RegExp, by: string) =>
    edit((lines) => lines.map((line, index) => (index === 4 ? line.replace(pattern, by) : line)))

  it.each([
    ['that is not JSON', replaced('{', ''), /line 5: it is not JSON/],
    ['with a key twice', replaced('{', '{"id":"x",'), /line 5: it is not JSON as an export writes it/],
    [
      'with a number that no double holds',
      replaced(/"data":.*/, '"data":1e999}'),
      /line 5: it is not JSON as/,
    ],
    [
      'that is not UTF-8',
      edit((lines) => [lines[0] ?? '', Buffer.from([0x7b, 0xff, 0x7d])]),
      /line 2: it is not UTF-8/,
    ],
    ['that is too long', edit(() => ['x'.repeat(2_000_000)]), /line 1: it is longer than \d+ bytes/],
    ['that is empty', edit((lines) => lines.toSpliced(4, 0, '')), /line 5: it is not JSON/],
    ['that is not an event', replaced(/.*/, '{"a":1}'), /line 5: \w+: /],
    ['without a time', replaced(/"time":"[^"]*",/, ''), /line 5: time: /],
    ['with a condition', replaced('{', '{"expectedversion":"any",'), /line 5: expectedversion: /],
    ['with a subject of spaces', replaced('"s-2"', '"s 2"'), /line 5: subject: must be printable/],
    [
      'that is missing',
      edit((lines) => lines.toSpliced(4, 1)),
      /line 5: its position is 6, where 5 comes next/,
    ],
    [
      'that stands twice',
      edit((lines) => lines.toSpliced(4, 0, lines[4] ?? '')),
      /line 6: its position is 5, where 6/,
    ],
    [
      'whose id came before',
      replaced('id-000005', 'id-000002'),
      /line 5: its id id-000002 stands at position 2/,
    ],
    [
      'whose version is wrong',
      replaced('"version":2', '"version":3'),
      /line 5: its version of s-2 is 3, where 2/,
    ],
  ])('an import with a line %s is refused by line number, and makes no log', async (_name, make, reason) => {
    const log = await newLog()
    await expect(importLog({ log, from: await make(), progress })).rejects.toThrow(reason)
    await expect(readFile(log)).rejects.toThrow(/ENOENT/)
    await expect(readFile(`${log}.part`)).rejects.toThrow(/ENOENT/)
  })

  it('an import finds duplicate ids and versions across its own pages', async () => {
    const log = await newLog()
    const from = await exported(await makeLog(2_100))
    const text = await readFile(from, 'utf8')
    await writeFile(from, text.replace('id-002050', 'id-000003'))
    await expect(importLog({ log, from, progress })).rejects.toThrow(
      /line 2050: its id id-000003 stands at position 3/,
    )
  })

  it('an import is refused where its last checksum is not the expected one', async () => {
    const from = await exported(await makeLog(9))
    const log = await newLog()
    const { checksum: head } = await importLog({ log: await newLog(), from, head: undefined, progress })
    await writeFile(from, (await readFile(from, 'utf8')).replace('word-000004', 'word-000044'))
    await expect(importLog({ log, from, head, progress })).rejects.toThrow(/some were changed/)
  })

  it('an import over a log with events, or one that the bus has open, is refused', async () => {
    const from = await exported(await makeLog(9))
    await expect(importLog({ log: await makeLog(1), from, progress })).rejects.toThrow(/has events/)
    const open = await newLog()
    await startBus({ file: open })
    await expect(importLog({ log: open, from, progress })).rejects.toThrow(/Stop the event bus first/)
  })
})

describe('lines', () => {
  it('lines are the same however the bytes are split', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''))),
        fc.integer({ min: 1, max: 9 }),
        async (texts, highWaterMark) => {
          const file = `${temporaryFolder()}/lines`
          await writeFile(file, texts.map((text) => `${text}\n`).join(''))
          const read: string[] = []
          for await (const { text } of linesOf(createReadStream(file, { highWaterMark }))) read.push(text)
          expect(read).toEqual(texts)
        },
      ),
      cases(15),
    )
  })
})
