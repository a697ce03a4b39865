import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { KeyRing } from '@logbook/chassis/sealing/key-ring.ts'
import { createKeysClient } from '@logbook/chassis/sealing/keys-client.ts'
import { sealedBus } from '@logbook/chassis/sealing/sealed-bus.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { commentCreated } from '@logbook/contracts/examples/comments.ts'
import { postCreated, slugReserved } from '@logbook/contracts/examples/posts.ts'
import type { PostPage } from '@logbook/contracts/http/query.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ask } from './blog.ts'
import { type Logbook, startLogbook } from './logbook.ts'

const root = join(import.meta.dirname, '../..')
const services = [
  'event-bus',
  'accounts',
  'posts',
  'comments',
  'moderation',
  'query',
  'notifications',
  'media',
  'gateway',
] as const
const person = randomUUID()
const name = 'Quillan Unmistakable'
const email = 'quillan@unmistakable.example'
const words = 'xylophones were heard at the quay'
const traces = [name, email, words]

interface Receipt {
  complete: boolean
  events: { type: string }[]
  services: { service: string; confirmedAt: string | null }[]
}

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile())

const filesWithTraces = (folder: string): string[] =>
  filesUnder(folder).filter((file) => {
    const bytes = readFileSync(file)
    return traces.some((text) => bytes.includes(text))
  })

let logbook: Logbook
let post: RecordedEvent
let before = 0
let backup: string

/** Speaks to the log as a service would, through the same sealing. */
const busOf = (service: 'posts' | 'comments') => {
  const token = logbook.tokenOf(service)
  const client = createBusClient({
    url: logbook.url('event-bus'),
    source: `/${service}`,
    token,
    logger: silentLogger,
  })
  const keys = new KeyRing(createKeysClient({ url: logbook.url('accounts'), token }))
  onTestFinished(() => client.close())
  return sealedBus({ bus: client, keys, personal })
}

const outgoing = ({ type, subject, source, data }: RecordedEvent) => ({
  id: randomUUID(),
  type,
  subject,
  source,
  data,
  dataversion: currentDataVersion(type),
})

const page = async (asOf = ''): Promise<string> =>
  (await ask<PostPage>(`${logbook.url('query')}/posts/${(post.data as { id: string }).id}${asOf}`)).text

beforeAll(async () => {
  logbook = await startLogbook({ services, apart: ['query'] })
  backup = mkdtempSync(join(tmpdir(), 'logbook-backup-'))
}, 90_000)
afterAll(async () => {
  await logbook.close()
  rmSync(backup, { recursive: true, force: true })
})

describe('a person who commented and wrote a post', () => {
  it('the texts of a person are readable until their erasure, and sealed in the log', async () => {
    const postId = randomUUID()
    post = postCreated({ id: postId, slug: `quay-${postId}`, authorId: person, authorName: name })
    await busOf('posts').append([outgoing(post), outgoing(slugReserved({ slug: `quay-${postId}`, postId }))])
    const comment = commentCreated({
      id: randomUUID(),
      postId,
      authorId: person,
      author: { name, url: null, email },
      content: words,
    })
    await busOf('comments').append([outgoing(comment)])
    await until(async () => (await page()).includes(words), 'the comment to be approved')
    expect(await page()).toContain(name)
    expect(await page()).not.toContain(email)
    const log = logbook.file('event-bus')
    expect(
      filesUnder(logbook.place.dataFolder).filter(
        (file) => file.startsWith(log) && filesWithTraces(logbook.place.dataFolder).includes(file),
      ),
    ).toEqual([])
    expect(filesWithTraces(logbook.place.dataFolder)).not.toEqual([])
    before = Number((await ask(`${logbook.url('query')}/posts`)).headers.get('Position'))
    for (const file of filesUnder(logbook.place.dataFolder).filter((each) => each.startsWith(log)))
      cpSync(file, join(backup, file.slice(logbook.place.dataFolder.length)))
  }, 30_000)

  it('an erasure is confirmed by every service, and leaves no trace in any file of the data folder', async () => {
    const asked = await ask(`${logbook.url('accounts')}/people/${person}`, {
      method: 'DELETE',
      headers: logbook.authorizationOf(),
    })
    expect(asked.status).toBe(202)
    const receipt = await until(async () => {
      const answer = await ask<Receipt>(`${logbook.url('accounts')}/erasures/${person}`, {
        headers: logbook.authorizationOf(),
      })
      return answer.json().complete && answer.json()
    }, 'the receipt to be complete')
    expect(receipt.services.map(({ service }) => service)).toEqual([
      'accounts',
      'posts',
      'comments',
      'moderation',
      'query',
      'notifications',
      'media',
    ])
    expect(receipt.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['PostCreated', 'CommentCreated', 'CommentUpdated']),
    )
    expect(filesWithTraces(logbook.place.dataFolder)).toEqual([])
  }, 30_000)

  it('an erased comment is a tombstone on the page, in its past, in an export and in rebuilt views', async () => {
    for (const asOf of ['', `?asOf=${before}`]) {
      const text = await page(asOf)
      for (const trace of traces) expect(text).not.toContain(trace)
      expect(text).toContain('"authorName":null')
    }
    const exported = join(backup, 'export.ndjson')
    execFileSync(process.execPath, [join(root, 'event-bus/src/tool/main.ts'), 'export', exported], {
      env: { ...process.env, LOGBOOK_DATA: logbook.place.dataFolder, DATABASE: logbook.file('event-bus') },
    })
    expect(readFileSync(exported, 'utf8')).toContain(person)
    expect(filesWithTraces(backup)).toEqual([])

    await logbook.kill('query')
    for (const file of filesUnder(logbook.place.dataFolder).filter((each) =>
      each.startsWith(logbook.file('query')),
    ))
      rmSync(file)
    await logbook.start('query')
    const text = await page()
    for (const trace of traces) expect(text).not.toContain(trace)
    expect(filesWithTraces(logbook.place.dataFolder)).toEqual([])
  }, 60_000)

  it('an erased person stays erased when an old backup of the log is restored', async () => {
    await logbook.stopAll()
    const folder = logbook.place.dataFolder
    for (const file of filesUnder(folder))
      if (/(event-bus|posts|comments|moderation|query|media)\.sqlite/.test(file)) rmSync(file)
    for (const file of filesUnder(backup).filter((each) => each.includes('event-bus.sqlite')))
      cpSync(file, join(folder, file.slice(backup.length)))
    await logbook.startAll()
    await until(async () => (await page()).includes('"authorName":null'), 'the view to be rebuilt')
    const text = await page()
    for (const trace of traces) expect(text).not.toContain(trace)
    expect(filesWithTraces(folder)).toEqual([])
  }, 90_000)
})
