import { rmSync } from 'node:fs'
import { until } from '@logbook/chassis/testing/until.ts'
import { accessToken } from '@logbook/contracts/identity.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, blogOf } from './blog.ts'
import { join } from './joining.ts'
import { type Logbook, startLogbook } from './logbook.ts'

const services = ['event-bus', 'accounts', 'posts', 'comments', 'moderation', 'query', 'gateway'] as const
const words = 'the lapwings are back'

let logbook: Logbook
let blog: ReturnType<typeof blogOf>
let session: { Cookie: string }
let other: { Cookie: string }
let postId = ''
let commentId = ''
beforeAll(async () => {
  logbook = await startLogbook({
    services,
    apart: ['accounts', 'query'],
    // They are lost below, and still made again.
    settings: { NEW_ACCOUNTS: 'allowed' },
  })
  blog = blogOf(logbook)
  session = await join(blog, { email: 'ada@blog.example', name: 'Ada' })
  other = await join(blog, { email: 'ben@blog.example', name: 'Ben' })
  postId = (await blog.write('Of birds')).id
  commentId = await blog.commentForSure({ postId, content: words })
  await blog.judged(postId, 1)
}, 60_000)
afterAll(() => logbook.close())

const vote = (value: number, headers: { Cookie: string }) =>
  ask<{ code: string; service: string }>(`${blog.api}/comments/${commentId}/vote`, {
    method: 'PUT',
    body: { value },
    headers,
  })

it('accounts dies: readers read on, writers go on until their token ends, and all is well when it is back', async () => {
  expect((await vote(1, session)).status).toBe(200)
  await logbook.kill('accounts', 'SIGKILL')
  for (const value of [-1, 1]) expect((await vote(value, session)).status).toBe(200)
  const read = await ask(`${blog.api}/posts/${postId}`, { headers: session })
  expect([read.status, read.text.includes(words)]).toEqual([200, true])
  // A caller that the gateway has not cached cannot be authenticated now, and still gets pages.
  const unknown = await vote(1, other)
  expect([unknown.status, unknown.json()]).toMatchObject([503, { code: 'unavailable', service: 'accounts' }])
  expect(unknown.headers.get('Retry-After')).toMatch(/^\d+$/)
  expect((await ask(`${blog.api}/posts/${postId}`, { headers: other })).status).toBe(200)
  const health = (await ask<{ services: object }>(`${logbook.url('gateway')}/health`)).json()
  expect(health.services).toMatchObject({ accounts: { status: 'down' }, posts: { status: 'ok' } })

  const ended = await until(
    async () => {
      const answer = await vote(1, session)
      return answer.status !== 200 && answer
    },
    'the token to end',
    { withinMs: (accessToken.secondsMax + 15) * 1_000, pauseMsMax: 2_000 },
  )
  expect([ended.status, ended.json()]).toMatchObject([503, { code: 'unavailable', service: 'accounts' }])
  expect((await ask(`${blog.api}/posts/${postId}`, { headers: session })).text).toContain(words)

  // A service that starts now can authenticate no caller, and shows what anyone may read.
  await logbook.kill('query', 'SIGKILL')
  await logbook.start('query')
  expect((await ask(`${blog.api}/posts/${postId}`, { headers: session })).text).toContain(words)

  await logbook.start('accounts')
  for (const who of [session, other]) expect((await vote(1, who)).status).toBe(200)
}, 150_000)

it('the keys are lost: that is said, and nothing sealed is shown for text', async () => {
  await logbook.stopAll()
  for (const name of ['accounts', 'posts', 'comments', 'moderation', 'query'] as const)
    for (const part of ['', '-wal', '-shm', '-search']) rmSync(logbook.file(name) + part, { force: true })
  await logbook.startAll()
  const { keys } = (await ask<{ keys: { lost: number } }>(`${logbook.url('accounts')}/health`)).json()
  expect(keys.lost).toBeGreaterThan(0)
  await blog.settled()
  const view = await ask<{ unreadable: number }>(`${logbook.url('query')}/health`)
  expect(view.json().unreadable).toBeGreaterThan(0)
  const log = await ask<{ data: { sealed?: { box: string } } }[]>(
    `${logbook.url('event-bus')}/events?after=0&limit=1000`,
    { headers: logbook.authorizationOf() },
  )
  const boxes = log.json().flatMap(({ data }) => data.sealed?.box ?? [])
  expect(boxes.length).toBeGreaterThan(3)
  for (const path of ['/posts', `/posts/${postId}`, '/feed.json', '/search?q=lapwings']) {
    const { text } = await ask(`${path === '/feed.json' ? logbook.url('gateway') : blog.api}${path}`)
    for (const each of [...boxes, words]) expect(text).not.toContain(each)
  }
}, 90_000)
