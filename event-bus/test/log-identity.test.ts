import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { copyOfLog, memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import Sqlite from 'better-sqlite3'
import { expect, it } from 'vitest'
import { fill, post, startBus } from './running-bus.ts'

const headersOf = ({ headers }: Response) => ({
  position: headers.get('Position'),
  id: headers.get('Log-Id'),
  epoch: headers.get('Log-Epoch'),
})

/** Server-sent events as they came, up to one of this name. */
const streamUpTo = async (url: string, name: string): Promise<string> => {
  const leave = new AbortController()
  const answer = await fetch(url, { headers: { accept: 'text/event-stream' }, signal: leave.signal })
  let text = ''
  for await (const chunk of answer.body ?? []) {
    text += new TextDecoder().decode(chunk)
    if (text.includes(`event: ${name}\n`)) break
  }
  leave.abort()
  return text
}

it('every answer with a position identifies its log', async () => {
  const bus = await startBus()
  const { id, epoch } = bus.store.identity
  const said = { id, epoch: String(epoch) }
  const plain = await post(bus, '{"type":"A","subject":"s"}')
  expect(headersOf(plain)).toEqual({ ...said, position: '1' })
  const byExpress = await post(bus, '{"type":"A","subject":"s"}', { origin: bus.url })
  expect(headersOf(byExpress)).toEqual({ ...said, position: '2' })
  for (const path of ['/events', '/events?limit=1', '/streams/s'])
    expect(headersOf(await fetch(bus.url + path)), path).toMatchObject(said)
  const lines = await fetch(`${bus.url}/events`, { headers: { accept: 'application/x-ndjson' } })
  expect(headersOf(lines)).toEqual({ ...said, position: '2' })
  const page = await fetch(`${bus.url}/events?limit=1`)
  expect(page.headers.get('Log-Checksum')).toBe(await bus.store.checksumAt(1))
  expect((await (await fetch(`${bus.url}/health`)).json()).log).toEqual({ id, epoch })
})

it.each([
  ['read as most are', {}],
  ['read by Express', { origin: 'http://elsewhere.example' }],
])(
  'an append that names a log, %s, is recorded only in that log and its present epoch',
  async (_how, more) => {
    const bus = await startBus()
    const { id, epoch } = bus.store.identity
    const named = (change: Record<string, string>) =>
      post(bus, '{"type":"A"}', { 'Log-Id': id, 'Log-Epoch': String(epoch), ...more, ...change })
    expect((await named({})).status).toBe(201)
    for (const change of [{ 'Log-Epoch': '2' }, { 'Log-Id': 'another' }, { 'Log-Epoch': '0' }]) {
      const refused = await named(change)
      expect([refused.status, await refused.json()]).toMatchObject([
        409,
        { code: 'conflict', log: { id, epoch } },
      ])
    }
    expect((await named({ 'Log-Epoch': 'x' })).status).toBe(422)
    expect(bus.store.head()).toBe(1)
  },
)

it('a stream identifies its log at the start and after each page, as a checkpoint that may be sent back', async () => {
  const bus = await startBus()
  await fill(bus, 3)
  const text = await streamUpTo(`${bus.url}/events?after=1`, 'caught-up')
  const marks = [...text.matchAll(/event: log\ndata: (.*)\n/g)].map(([, data]) => JSON.parse(data ?? ''))
  const { id, epoch } = bus.store.identity
  const at = async (position: number) => ({
    id,
    epoch,
    position,
    checksum: await bus.store.checksumAt(position),
  })
  expect(marks).toEqual([await at(1), await at(3)])
  const known = { 'Log-Id': id, 'Log-Epoch': String(epoch), 'Log-Checksum': marks[1].checksum }
  const sendBack = (change: Record<string, string>, after = 3) =>
    fetch(`${bus.url}/events?after=${after}`, { headers: { ...known, ...change } })
  expect((await sendBack({})).status).toBe(200)
  for (const change of [{ 'Log-Id': 'other' }, { 'Log-Epoch': '2' }, { 'Log-Checksum': 'a'.repeat(64) }]) {
    const refused = await sendBack(change)
    expect([refused.status, await refused.json()]).toMatchObject([409, { head: 3, log: { id, epoch } }])
  }
  for (const change of [{ 'Log-Id': '' }, { 'Log-Epoch': 'x' }, { 'Log-Checksum': 'x' }])
    expect((await sendBack(change)).status).toBe(422)
})

it('a hand-made copy that has grown past the reader is recognised as another log', async () => {
  const log = memoryLog()
  const before = await startBus({ store: log })
  await fill(before, 4)
  const { headers } = await fetch(`${before.url}/events?limit=4`)
  const known = Object.fromEntries(
    ['Log-Id', 'Log-Epoch', 'Log-Checksum'].map((name) => [name, headers.get(name) ?? '']),
  )
  const after = await startBus({ store: await copyOfLog(log, { upTo: 3, by: 'hand' }) })
  const goOn = async () => (await fetch(`${after.url}/events?after=4`, { headers: known })).status
  expect(await goOn()).toBe(409)
  await fill(after, 3)
  expect(await goOn()).toBe(409)
})

it('a log from before identities gets one when it is first opened, and goes on', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'log.sqlite')
  const bus = await startBus({ file })
  await fill(bus, 5)
  await bus.close()
  const db = new Sqlite(file)
  db.exec('DROP TABLE log_id; DROP TABLE epoch')
  db.pragma('user_version = 2')
  db.close()
  const opened = openLog(file)
  expect(opened.identity).toMatchObject({ epoch: 1, begins: [{ epoch: 1, after: 5 }] })
  await opened.close()
  const again = openLog(file)
  expect(again.identity).toEqual(opened.identity)
  await again.close()
  const next = await startBus({ file })
  const old = (after: number) => fetch(`${next.url}/events?after=${after}`, { headers: { 'Log-Epoch': '0' } })
  expect((await old(5)).status).toBe(200)
  await fill(next, 2)
  // A reader that is further ahead has read another log.
  expect((await old(6)).status).toBe(409)
  await next.close()
  await rm(file, { force: true })
})
