import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as pathOf } from 'node:path'
import { until } from '@logbook/chassis/testing/until.ts'
import type { PostPage } from '@logbook/contracts/http/query.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, blogOf } from './blog.ts'
import { cookiesOf, join } from './joining.ts'
import { type Logbook, startLogbook } from './logbook.ts'

const person = {
  name: 'Zephyrine Quartermain',
  email: 'zephyrine@quartermain.example',
  words: 'the ocelots left at nine',
}
const guest = {
  name: 'Ignatius Peppercorn',
  email: 'ignatius@peppercorn.example',
  url: 'https://peppercorn.example/ignatius',
  words: 'we bought eleven accordions',
}
/** What somebody else said to each of them, which stays. */
const reply = 'Well said'
const traces = [...Object.values(person), ...Object.values(guest)]

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
const root = pathOf(import.meta.dirname, '../..')

let logbook: Logbook
/** Where a backup and an export go. */
let apart: string
/** Of the blog before anybody was erased: both wrote below this post, and the view had read so far. */
let postId = ''
let before = 0
beforeAll(async () => {
  logbook = await startLogbook({ services, apart: ['query'] })
  apart = mkdtempSync(pathOf(tmpdir(), 'logbook-apart-'))
}, 60_000)
afterAll(async () => {
  await logbook.close()
  rmSync(apart, { recursive: true, force: true })
})

/** Which of these stands in which file of a folder, free pages and write-ahead logs among them. */
const found = (folder = logbook.place.dataFolder): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const file = pathOf(folder, name)
    if (!statSync(file).isFile()) return []
    const bytes = readFileSync(file)
    return traces.filter((text) => bytes.includes(text)).map((text) => `${name}: ${text}`)
  })

/** `npm run log -- …` */
const tool = (...words: string[]) =>
  execFileSync(process.execPath, [pathOf(root, 'event-bus/src/tool/main.ts'), ...words], {
    env: { ...process.env, DATABASE: logbook.file('event-bus') },
  })

/** The page of the post keeps the places of both, for those who answered them, and shows a word of neither. */
const isOfTombstones = async (query = ''): Promise<void> => {
  const page = await until(async () => {
    const answer = await ask<PostPage>(`${logbook.url('gateway')}/api/posts/${postId}${query}`)
    return answer.status === 200 && answer.json().comments.length === 4 && answer
  }, 'the view to have them all')
  for (const text of traces) expect(page.text).not.toContain(text)
  const tombstone = { author: null, content: null, status: 'deleted' }
  const answers = { content: reply, status: 'approved' }
  expect(page.json().comments).toMatchObject([tombstone, tombstone, answers, answers])
}

it('who signed up, got mail and wrote, and a guest, are erased from every byte of every file', async () => {
  const blog = blogOf(logbook)
  postId = (await blog.write('Of animals and instruments')).id
  const send = (path: string, body: object, headers: Record<string, string> = {}) =>
    ask<{ id: string }>(`${blog.api}${path}`, { method: 'POST', body, headers })

  const session = await join(blog, person)
  const { id: personId } = (await ask<{ id: string }>(`${blog.api}/accounts/me`, { headers: session })).json()
  await send('/accounts/auth/request-password-reset', { email: person.email })
  expect((await send('/accounts/tokens', { name: person.name }, session)).status).toBe(201)
  expect((await send('/posts', { title: 'Their own' }, session)).status).toBe(201)
  const own = await send(`/posts/${postId}/comments`, { content: person.words }, session)
  expect(own.status, own.text).toBe(201)

  const { words, ...author } = guest
  const said = await send(`/posts/${postId}/comments`, { content: words, author })
  expect(said.status, said.text).toBe(201)
  const [, guestId = ''] = /logbook_guest=([\da-f-]{36})/.exec(cookiesOf(said)) ?? []
  await blog.judged(postId, 2)
  for (const { id: parentId } of [own.json(), said.json()])
    expect((await blog.comment({ postId, content: reply, parentId })).status).toBe(201)
  await blog.judged(postId, 4)
  await until(() => found().some((each) => each.startsWith('outbox')), 'a mail in the outbox')
  const where = found().join('\n')
  // A guest's e-mail stands nowhere in the clear from the beginning.
  for (const text of traces) expect(where.includes(text), text).toBe(text !== guest.email)

  const read = await ask(`${blog.api}/posts/${postId}`)
  for (const text of [person.name, person.words, guest.name, guest.words]) expect(read.text).toContain(text)
  before = Number(read.headers.get('Position'))
  tool('backup', pathOf(apart, 'log.sqlite'))
  // What they said before they changed it is of the past alone.
  const content = `${person.words}, and came back`
  const changed = await ask(`${blog.api}/comments/${own.json().id}`, {
    method: 'PATCH',
    body: { content },
    headers: session,
  })
  expect(changed.status, changed.text).toBe(200)
  await until(async () => (await ask(`${blog.api}/posts/${postId}`)).text.includes(content), 'the change')

  for (const id of [personId, guestId]) {
    const asked = await ask(`${logbook.url('accounts')}/people/${id}`, {
      method: 'DELETE',
      headers: logbook.authorizationOf(),
    })
    expect(asked.status, asked.text).toBe(202)
  }
  for (const id of [personId, guestId])
    await until(async () => {
      const answer = await ask<{ complete: boolean }>(`${logbook.url('accounts')}/erasures/${id}`, {
        headers: logbook.authorizationOf(),
      })
      return answer.json().complete
    }, 'the receipt to be complete')
  expect(found()).toEqual([])
  // An access token lasts for the rest of its minute, but cannot write for an erased person.
  expect((await ask(`${blog.api}/accounts/me`, { headers: session })).status).toBe(401)
  const late = await send(`/posts/${postId}/comments`, { content: person.words }, session)
  expect(late.status, late.text).toBeGreaterThanOrEqual(400)
  expect(found()).toEqual([])
}, 60_000)

it('they are tombstones in the past, in an export, and in a rebuilt view', async () => {
  await isOfTombstones()
  await isOfTombstones(`?asOf=${before}`)
  tool('export', pathOf(apart, 'log.ndjson'))
  expect(readFileSync(pathOf(apart, 'log.ndjson'), 'utf8')).toContain(postId)
  expect(found(apart)).toEqual([])

  await logbook.kill('query')
  for (const ending of ['', '-wal', '-shm']) rmSync(logbook.file('query') + ending, { force: true })
  await logbook.start('query')
  await isOfTombstones()
  await isOfTombstones(`?asOf=${before}`)
  expect(found()).toEqual([])
}, 60_000)

it('they are tombstones when the earlier log comes back and every view is rebuilt from it', async () => {
  await logbook.stopAll()
  for (const name of readdirSync(logbook.place.dataFolder))
    if (/^(posts|comments|moderation|query|media)\b.*\.sqlite/.test(name))
      rmSync(pathOf(logbook.place.dataFolder, name))
  tool('restore', '--force', pathOf(apart, 'log.sqlite'))
  await logbook.startAll()
  await isOfTombstones()
  await isOfTombstones(`?asOf=${before}`)
  expect(found()).toEqual([])
}, 90_000)
