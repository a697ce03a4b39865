import { rm } from 'node:fs/promises'
import { until } from '@logbook/chassis/testing/until.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ServiceName } from '../run/services.ts'
import { ask, blogOf, eachAtOnce } from './blog.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'
import { rowsOf } from './rows.ts'

const withoutPages: readonly ServiceName[] = [
  'event-bus',
  'accounts',
  'posts',
  'comments',
  'moderation',
  'query',
  'gateway',
]
let logbook: Logbook
let blog: ReturnType<typeof blogOf>
beforeAll(async () => {
  logbook = await sharedLogbook()
  blog = blogOf(logbook)
})

/** Ends every service, the last first, each with 0. */
const endAllOn = async (signal: NodeJS.Signals): Promise<void> => {
  const ended = await eachAtOnce([...withoutPages].reverse(), { width: 1 }, (name) =>
    logbook.kill(name, signal),
  )
  expect(ended).toEqual(withoutPages.map(() => ({ code: 0, signal: null })))
}

/** Starts every service in this order, and has the Logbook publish and judge. */
const startAllIn = async (order: readonly ServiceName[]): Promise<void> => {
  for (const name of order) await logbook.start(name, { wait: false })
  for (const name of order) await logbook.ready(name)
  const { id: postId } = await blog.write('Any order')
  await blog.commentForSure({ postId, content: 'It works' })
  expect((await blog.judged(postId, 1)).map(({ status }) => status)).toEqual(['approved'])
}

/** Posts, threads, edits, votes and deletions: something of everything that the views are made from. */
const live = async (): Promise<string[]> => {
  const posts = await eachAtOnce(['Dawn', 'Noon', 'Noon', 'Dusk'], { width: 4 }, (title) =>
    blog.write(title, { content: `*${title}* at the marsh.`, tags: [title, 'marsh'] }),
  )
  const ids = posts.map(({ id }) => id)
  for (const postId of ids) {
    const said = ['First', 'An orange bill', 'Third'].map((content) =>
      blog.commentForSure({ postId, content }),
    )
    const [parentId = ''] = await Promise.all(said)
    await blog.commentForSure({ postId, parentId, content: 'A reply' })
    await blog.judged(postId, 4)
    const vote = { method: 'PUT', body: { value: 1 } }
    expect((await blog.askAs('moderator', `/comments/${parentId}/vote`, vote)).status).toBe(200)
  }
  await blog.askAs('owner', `/posts/${ids[0]}`, { method: 'PATCH', body: { title: 'Daybreak' } })
  await blog.askAs('owner', `/posts/${ids[1]}`, { method: 'DELETE' })
  await blog.write('Unfinished', { status: 'draft' })
  await blog.settled()
  return ids
}

const answersOf = async (ids: readonly string[]): Promise<string[]> => {
  const query = logbook.url('query')
  const paths = ['/posts', '/posts?limit=1', '/posts?tag=marsh', '/tags', ...ids.map((id) => `/posts/${id}`)]
  return eachAtOnce(paths, { width: 1 }, async (path) => {
    const { status, text, headers } = await ask(`${query}${path}`)
    return `${path} ${status} ${headers.get('ETag')} ${headers.get('Link')} ${headers.get('Position')} ${text}`
  })
}

describe('a Logbook goes on', () => {
  it('a Logbook goes on when moderation was stopped: what was said meanwhile gets its verdict when it is back', async () => {
    const { id: postId } = await blog.write('The judge is out')
    expect(await logbook.kill('moderation')).toEqual({ code: 0, signal: null })
    const said = Array.from({ length: 30 }, (_, n) => (n % 3 === 0 ? `Orange ${n}` : `Plum ${n}`))
    await eachAtOnce(said, { width: 5 }, (content) => blog.commentForSure({ postId, content }))
    await until(async () => (await blog.page(postId)).thread.waiting === 30, 'the comments to be counted')
    // A page names the latest of those that can't be read, and counts the others.
    const named = await blog.thread(postId)
    expect(named.length).toBeGreaterThan(0)
    expect(named.map(({ status, content }) => [status, content])).toEqual(named.map(() => ['pending', null]))
    await logbook.start('moderation')
    const judged = await blog.judged(postId, 30)
    expect(judged.filter(({ status }) => status === 'rejected')).toHaveLength(10)
    expect(judged.filter(({ status }) => status === 'approved')).toHaveLength(20)
    expect(judged.filter(({ status, content }) => status === 'rejected' && content !== null)).toEqual([])
  })

  it('a Logbook goes on when the files of all followers were deleted: each has the same rows, query answers with the same bytes, nothing is said twice, and all end with 0 on SIGTERM and start in any order', async () => {
    const ids = await live()
    const log = await blog.log()
    const answers = await answersOf(ids)
    const followers = ['posts', 'comments', 'moderation', 'query'] as const
    for (const name of followers) await logbook.kill(name)
    const rows = followers.map((name) => rowsOf(logbook.file(name)))
    for (const name of followers)
      for (const suffix of ['', '-wal', '-shm']) await rm(`${logbook.file(name)}${suffix}`, { force: true })
    await logbook.startAll()
    await blog.settled()
    expect(await blog.log()).toEqual(log)
    expect(await answersOf(ids)).toEqual(answers)
    await endAllOn('SIGTERM')
    expect(followers.map((name) => rowsOf(logbook.file(name)))).toEqual(rows)
    await startAllIn(['gateway', 'query', 'moderation', 'comments', 'posts', 'accounts', 'event-bus'])
  })

  it('a Logbook goes on when the bus is away: commands are refused with a time to come back, reads go on, and all follow again', async () => {
    const { id: postId } = await blog.write('The log rests')
    await blog.commentForSure({ postId, content: 'Before' })
    await blog.judged(postId, 1)
    await blog.settled()
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await logbook.kill('event-bus', signal)
      expect((await blog.page(postId)).title).toBe('The log rests')
      const refused = await blog.askAs('owner', '/posts', {
        method: 'POST',
        body: { title: 'Now?' },
        timeoutMs: 60_000,
      })
      expect(refused.status).toBe(503)
      expect(refused.json()).toMatchObject({ code: 'unavailable' })
      expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
      await logbook.start('event-bus')
      await blog.commentForSure({ postId, content: `After ${signal}` })
    }
    const shown = await blog.judged(postId, 3)
    expect(shown.map(({ content }) => content)).toEqual(['Before', 'After SIGTERM', 'After SIGKILL'])
  })

  it('when each of its services ended with 0 on SIGINT, and they start in another order', async () => {
    await endAllOn('SIGINT')
    await startAllIn(['comments', 'gateway', 'event-bus', 'query', 'posts', 'accounts', 'moderation'])
  })
})
