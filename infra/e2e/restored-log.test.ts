import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as pathOf } from 'node:path'
import { completeEvent } from '@logbook/chassis/testing/complete-event.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import type { ClaimedDelivery } from '@logbook/contracts/http/subscriptions.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { root } from '../run/services.ts'
import { ask, blogOf } from './blog.ts'
import { type Logbook, startLogbook } from './logbook.ts'

const services = ['event-bus', 'accounts', 'posts', 'comments', 'moderation', 'query', 'gateway'] as const
/** Long enough to be met while they are read. */
const fillers = 20_000

let logbook: Logbook
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(pathOf(tmpdir(), 'logbook-restored-'))
  logbook = await startLogbook({
    services,
    apart: ['event-bus', 'query'],
    dataFolder: pathOf(folder, 'data'),
  })
}, 60_000)
afterAll(async () => {
  await logbook.close()
  await rm(folder, { recursive: true, force: true })
})

/** `npm run log --` */
const log = (...words: string[]): Promise<number> =>
  new Promise((resolve) => {
    const args = [pathOf(root, 'event-bus/src/tool/main.ts'), ...words, '--file', logbook.file('event-bus')]
    const child = execFile(process.execPath, args, () => resolve(child.exitCode ?? -1))
  })

const subscription = <Body>(method: string, verb: string, body?: unknown) =>
  ask<Body>(`${logbook.url('event-bus')}/subscriptions/mailer${verb}`, {
    method,
    ...(body === undefined ? {} : { body }),
    headers: logbook.authorizationOf(),
  })
/** Takes what there is, and acknowledges it. */
const takeAll = async (count: number): Promise<string[]> => {
  const taken: ClaimedDelivery[] = []
  while (taken.length < count) {
    const claimed = (
      await subscription<ClaimedDelivery[]>('POST', '/claim', { max: 100, waitMs: 5_000 })
    ).json()
    for (const { token } of claimed) await subscription('POST', '/ack', { token })
    taken.push(...claimed)
  }
  return taken.map(({ event }) => String((event.data as { id: string }).id))
}

it('a log that is restored, and has grown past all who read it, is read again by all, also by one that is killed meanwhile', async () => {
  const blog = blogOf(logbook)
  const { id: postId } = await blog.write('Kept')
  const say = (content: string) => blog.commentForSure({ postId, content })
  const kept = [await say('First'), await say('Second')]
  await subscription('PUT', '', { mode: 'pull', types: ['CommentCreated'] })
  expect(await takeAll(2)).toEqual(kept)
  await blog.judged(postId, 2)
  await blog.settled()
  const backup = pathOf(folder, 'backup.sqlite')
  expect(await log('backup', backup)).toBe(0)
  const held = (await blog.log()).length

  const lostPost = await blog.write('Lost')
  const lost = [await say('Third'), await say('Fourth'), await say('Fifth')]
  expect(await takeAll(3)).toEqual(lost)
  await blog.judged(postId, 5)
  await blog.settled()
  const read = (await blog.log()).length

  await logbook.kill('event-bus')
  expect(await log('restore', '--force', backup)).toBe(0)
  const restored = openLog(logbook.file('event-bus'))
  for (let count = 0; count < fillers; count += 1_000)
    await restored.append([
      Array.from({ length: 1_000 }, (_, n) => completeEvent({ type: 'Filler', subject: `filler-${n % 7}` })),
    ])
  expect(restored.head()).toBeGreaterThan(read)
  await restored.close()
  await logbook.start('event-bus')
  await until(async () => {
    const health = await ask<{ rebuild: object | null }>(`${logbook.url('query')}/health`)
    return health.json().rebuild !== null
  }, 'query to build its view again')
  await logbook.kill('query', 'SIGKILL')
  await logbook.start('query')
  for (const name of services) await logbook.ready(name)
  await blog.settled()

  // Every view is one of the log as it is: nothing of what left with the old one, and what comes is right.
  expect((await blog.thread(postId)).map(({ id }) => id)).toEqual(kept)
  expect((await ask(`${blog.api}/posts/${lostPost.id}`)).status).toBe(404)
  const newPost = await blog.write('Lost')
  expect(newPost.slug).toBe(lostPost.slug)
  const fresh = [await say('Sixth'), await say('Seventh')]
  const thread = await blog.judged(postId, 4)
  expect(thread.map(({ id, status }) => [id, status])).toEqual(
    [...kept, ...fresh].map((id) => [id, 'approved']),
  )
  expect((await blog.page(newPost.slug)).id).toBe(newPost.id)
  const types = (await blog.log(['PostCreated', 'CommentCreated', 'CommentModerated'])).map(
    ({ type }) => type,
  )
  const count = (wanted: string) => types.filter((type) => type === wanted).length
  expect(['CommentCreated', 'CommentModerated'].map(count)).toEqual([4, 4])

  const { reset } = (await subscription<{ reset: object }>('GET', '')).json()
  expect(reset).toMatchObject({ from: read, to: held, reason: 'log-restored' })
  expect(await takeAll(2)).toEqual(fresh)
}, 120_000)
