import { createHmac } from 'node:crypto'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { ask, blogOf } from './blog.ts'
import { startFeedReader } from './feed-reader.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'

let logbook: Logbook

beforeAll(async () => {
  logbook = await sharedLogbook()
}, 120_000)

const reading = async () => {
  const reader = await startFeedReader()
  onTestFinished(reader.close)
  return reader
}

it('a feed reader finds the hub in a feed, subscribes, and is sent each new post, signed, until it unsubscribes', async () => {
  const blog = blogOf(logbook)
  await blog.write('Before the subscriptions')
  const feed = `${logbook.url('gateway')}/atom.xml`
  const [reader, other] = [await reading(), await reading()]
  expect((await reader.subscribe(feed, { 'hub.secret': 'wren' })).status).toBe(202)
  expect((await other.subscribe(feed)).status).toBe(202)

  await blog.write('Sent to both')
  await Promise.all([reader.isSent('Sent to both'), other.isSent('Sent to both')])
  const [{ headers, body } = { headers: {}, body: '' }] = reader.sent
  expect(headers['content-type']).toBe('application/atom+xml; charset=utf-8')
  expect(headers.link).toMatch(/<[^>]+\/websub>; rel="hub", <[^>]+\/atom\.xml>; rel="self"/)
  expect(headers['x-hub-signature']).toBe(`sha256=${createHmac('sha256', 'wren').update(body).digest('hex')}`)
  expect(other.sent[0]?.headers['x-hub-signature']).toBeUndefined()
  expect(body).toBe((await ask(feed)).text)

  // Subscriptions and what is due outlive the process.
  await blog.write('Written before the kill')
  await logbook.kill('notifications', 'SIGKILL')
  await logbook.start('notifications')
  await other.isSent('Written before the kill')

  expect((await reader.unsubscribe(feed)).status).toBe(202)
  const before = reader.sent.length
  await blog.write('Sent to the other')
  await other.isSent('Sent to the other')
  expect(reader.sent).toHaveLength(before)
}, 240_000)

it('a subscription to the comments of a post is sent them once they may be read, and no text before', async () => {
  const blog = blogOf(logbook)
  const { id: postId, slug } = await blog.write('With comments in a feed')
  const reader = await reading()
  const feed = `${logbook.url('gateway')}/feed.xml?post=${slug}`
  expect((await reader.subscribe(feed)).status).toBe(202)
  await blog.commentForSure({ postId, content: 'An orange one' })
  await blog.commentForSure({ postId, content: 'A plain one' })
  await reader.isSent('A plain one')
  expect(reader.sent.filter(({ body }) => body.includes('An orange one'))).toEqual([])
}, 120_000)
