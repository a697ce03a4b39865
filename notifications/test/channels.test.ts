import { createHmac, randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { userRegistered } from '@logbook/contracts/examples/users.ts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createPostOut } from '../src/channels/post-out.ts'
import { approvedComment, author, begun, bootNotifications, logbook, populate } from './boot.ts'

interface Got {
  path: string
  headers: IncomingHttpHeaders
  body: Buffer
}

/** A real receiver of messages. `answer` says with which status, and may name headers. */
const startReceiver = async (
  answer: (got: Got) => [status: number, headers?: Record<string, string>] = () => [200],
) => {
  const got: Got[] = []
  const { url } = await serveForTest(async (req, res) => {
    const parts: Buffer[] = []
    for await (const part of req) parts.push(part)
    const one = { path: req.url ?? '', headers: req.headers, body: Buffer.concat(parts) }
    got.push(one)
    const [status, headers = {}] = answer(one)
    res.writeHead(status, headers).end()
  })
  return { got, url }
}

const newcomer = () =>
  userRegistered({
    id: '01920000-0000-7000-8000-00000000bb01',
    name: 'A <!channel> *newcomer*',
    registeredAt: begun,
  })

const secret = `whsec_${randomBytes(32).toString('base64')}`

describe('a new person', () => {
  const told = async (answer?: Parameters<typeof startReceiver>[0]) => {
    const receiver = await startReceiver(answer)
    const book = logbook()
    await populate(book)
    const hooks = {
      slack: { url: `${receiver.url}/slack` },
      discord: { url: `${receiver.url}/discord` },
      webhook: { url: `${receiver.url}/own`, secret },
    }
    const service = bootNotifications({ ...book, config: { hooks } })
    await service.read(book.store.head)
    await book.publish(newcomer())
    await service.settled(book.store.head)
    const at = (path: string) => receiver.got.filter((each) => each.path === path)
    return { book, service, at, settled: () => service.settled(book.store.head) }
  }

  it('a new person is reported to Slack, Discord and a webhook, once each, with mentions in names disabled', async () => {
    const { at } = await told()
    const [slack, discord, own] = ['/slack', '/discord', '/own'].map((path) => at(path))
    expect([slack?.length, discord?.length, own?.length]).toEqual([1, 1, 1])
    expect(JSON.parse(String(slack?.[0]?.body)).text).toContain('A &lt;!channel&gt; *newcomer* has joined')
    expect(JSON.parse(String(discord?.[0]?.body))).toMatchObject({
      content: expect.stringContaining('\\*newcomer\\*'),
      allowed_mentions: { parse: [] },
    })
    const [{ headers, body } = { headers: {} as IncomingHttpHeaders, body: '' }] = own ?? []
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const signature = createHmac('sha256', key).update(text).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${signature}`)
  })

  it('a message is retried at a receiver that is away, and sent to the others once', async () => {
    let isAway = true
    const { at, book, settled } = await told(({ path }) => (path === '/slack' && isAway ? [503] : [200]))
    isAway = false
    book.clock.pass(3_600_000)
    await settled()
    expect([at('/slack').length, at('/discord').length, at('/own').length]).toEqual([2, 1, 1])
  })

  it('a hook is retried after its Retry-After, and a message whose URL is gone is parked until it is retried', async () => {
    const { at, book, service, settled } = await told(({ path }) =>
      path === '/slack' ? [429, { 'Retry-After': '7200' }] : path === '/discord' ? [410] : [200],
    )
    book.clock.pass(3_600_000)
    await settled()
    expect([at('/slack').length, at('/discord').length]).toEqual([1, 1])
    expect((await service.health()).mail).toMatchObject({ waiting: 1, parked: 1 })
    const [item, ...others] = (await service.parked?.list(10)) ?? []
    expect(item).toMatchObject({ subject: expect.stringContaining('discord'), reason: 'HTTP 410' })
    expect([item?.id, others]).toEqual([expect.stringMatching(/^message-\S+$/), []])
    expect(await service.parked?.retry(item?.id)).toBe(1)
    await settled()
    expect([at('/slack').length, at('/discord').length]).toEqual([1, 2])
  })
})

it('a host that asks to be left alone, or does not answer, gets nothing for a while, and others get theirs', async () => {
  let nowMs = Date.parse(begun)
  const clock = { now: () => new Date(nowMs), steady: () => nowMs }
  const busy = await startReceiver(() => [429, { 'Retry-After': '7200' }])
  const well = await startReceiver()
  let connections = 0
  const { url: silentUrl } = await serveForTest(() => connections++)
  const out = createPostOut(['loopback'], clock, { msMax: 200 })
  onTestFinished(() => out.close())
  const post = (url: string, lane?: string) =>
    out.post({ url, headers: {}, body: '', ...(lane && { lane }) }).catch((error: unknown) => error)
  expect(await post(busy.url)).toMatchObject({ code: 'HTTP 429', retryAfterMs: 7_200_000 })
  expect(await post(busy.url)).toMatchObject({ code: 'HTTP 429', forGood: false, retryAfterMs: 60_000 })
  expect(await post(busy.url, 'other')).toMatchObject({ retryAfterMs: 7_200_000 })
  expect(await post(silentUrl)).toMatchObject({ code: expect.stringMatching(/TIME/), forGood: false })
  expect(await post(silentUrl)).toMatchObject({ code: expect.stringMatching(/TIME/), retryAfterMs: 30_000 })
  expect(await post(well.url)).toBeUndefined()
  expect([busy.got.length, connections, well.got.length]).toEqual([2, 1, 1])
  // One receiver's long Retry-After holds back no other message for longer than a minute.
  nowMs += 60_000
  expect(await post(busy.url)).toMatchObject({ retryAfterMs: 7_200_000 })
  expect(busy.got).toHaveLength(3)
})

describe('a browser that takes messages', () => {
  const folder = () => {
    const made = temporaryFolder()
    return made
  }
  const keys = {
    p256dh: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  }

  it('push messages are encrypted and signed, and a browser that is gone is removed', async () => {
    let status = 201
    const receiver = await startReceiver(() => [status])
    const book = logbook()
    await populate(book)
    const service = bootNotifications({ ...book, config: { vapidFile: join(folder(), 'vapid.json') } })
    await service.read(book.store.head)
    const me = await service.as(author)
    expect((await me.get('/push-key')).body.publicKey).toHaveLength(87)
    await me
      .put('/devices')
      .send({ endpoint: `${receiver.url}/push`, keys })
      .expect(200)
    await me
      .put('/preferences')
      .send({ push: ['comment'] })
      .expect(200)
    await service.read(book.store.head)
    await approvedComment(book, { content: 'Not to be read on the way.' })
    await service.settled(book.store.head)
    const [got] = receiver.got
    expect(got?.headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '86400' })
    expect(got?.headers.authorization).toMatch(/^vapid t=.+, k=/)
    expect(got?.body.includes('Not to be read')).toBe(false)
    status = 410
    await approvedComment(book)
    await service.settled(book.store.head)
    await service.settled(book.store.head)
    expect((await me.get('/preferences')).body.devices).toBe(0)
  })

  it('a browser whose push service does not answer delays no other of the same person', async () => {
    const second = Promise.withResolvers<void>()
    const paths: string[] = []
    const { url: base } = await serveForTest(async (req, res) => {
      paths.push(req.url ?? '')
      if (req.url === '/second') second.resolve()
      // The first answers once the second was asked.
      await second.promise
      res.writeHead(201).end()
    })
    const book = logbook()
    await populate(book)
    const service = bootNotifications({ ...book, config: { vapidFile: join(folder(), 'vapid.json') } })
    await service.read(book.store.head)
    const me = await service.as(author)
    for (const path of ['first', 'second'])
      await me
        .put('/devices')
        .send({ endpoint: `${base}/${path}`, keys })
        .expect(200)
    await me
      .put('/preferences')
      .send({ push: ['comment'] })
      .expect(200)
    await service.read(book.store.head)
    await approvedComment(book)
    await service.settled(book.store.head)
    expect(paths.toSorted()).toEqual(['/first', '/second'])
    expect((await service.health()).mail).toMatchObject({ waiting: 0, fault: null })
  })

  it('a push endpoint at a private address is refused, and the problem names the field', async () => {
    const book = logbook()
    const service = bootNotifications({ ...book, config: { hooksAllow: ['public'] } })
    await service.read(book.store.head)
    const endpoint = 'http://169.254.169.254/latest'
    const { status, body } = await (await service.as(author)).put('/devices').send({ endpoint, keys })
    expect([status, body.errors[0].path]).toEqual([422, 'endpoint'])
  })
})
