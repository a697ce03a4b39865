import { createECDH, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { until } from '@logbook/chassis/testing/until.ts'
import type { OutboxAnswer } from '@logbook/contracts/http/notifications.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, blogOf } from './blog.ts'
import { join } from './joining.ts'
import { type Logbook, startLogbook } from './logbook.ts'

type Answer = (res: ServerResponse) => unknown
interface Received {
  path: string
  headers: IncomingMessage['headers']
  body: string
}

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (res) =>
    res.writeHead(code, headers).end()
/** Takes the message and says nothing: who sent it waits, or is gone. */
const silent: Answer = () => {}
const late: Answer = (res) => void setTimeout(() => res.writeHead(204).end(), 2_000).unref()
/** Says yes, and goes on for as long as it is listened to. */
const endless =
  (onCut: () => void): Answer =>
  (res) => {
    res.writeHead(200)
    const more = setInterval(() => res.write('x'.repeat(4_096)), 5)
    res.once('close', () => {
      clearInterval(more)
      onCut()
    })
  }

/** A server of others for webhooks and push messages: what it got, and how it answers next at a path; without that with 201. */
const createOthers = () => {
  const received: Received[] = []
  const answers = new Map<string, Answer[]>()
  let server: Server | undefined
  let port = 0
  const others = {
    received,
    /** Answers the next requests at a path so, one after the other. */
    next: (path: string, ...next: Answer[]) => void answers.set(path, next),
    url: (path: string) => `http://127.0.0.1:${port}${path}`,
    async open(): Promise<void> {
      server = createServer(async (req, res) => {
        const { url: path = '', headers } = req
        received.push({ path, headers, body: await text(req) })
        const answer = answers.get(path)?.shift() ?? status(201)
        answer(res)
      }).listen(port, '127.0.0.1')
      await once(server, 'listening')
      port = (server.address() as AddressInfo).port
    },
    async close(): Promise<void> {
      server?.closeAllConnections()
      await new Promise((resolve) => server?.close(resolve))
    },
    /** What came at a path with these words in it. */
    at: (path: string, words = '') =>
      received.filter((each) => each.path === path && each.body.includes(words)),
  }
  return others
}

const paths = ['/webhook', '/slack', '/discord'] as const
const testMsMax = 240_000
const patient = { withinMs: 120_000 }

const others = createOthers()
let logbook: Logbook
let blog: ReturnType<typeof blogOf>

beforeAll(async () => {
  await others.open()
  logbook = await startLogbook({
    apart: ['notifications'],
    settings: {
      NOTIFY_WEBHOOK: others.url('/webhook'),
      NOTIFY_WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('base64')}`,
      SLACK_WEBHOOK: others.url('/slack'),
      DISCORD_WEBHOOK: others.url('/discord'),
      HOOKS_ALLOW: 'loopback',
    },
  })
  blog = blogOf(logbook)
}, 120_000)
afterAll(async () => {
  await logbook?.close()
  await others.close()
})

const outbox = async (): Promise<OutboxAnswer> =>
  (await blog.askAs<OutboxAnswer>('owner', '/notifications/outbox')).json()
const isSent = async () => (await outbox()).waiting === 0
const counts = (words: string) => paths.map((path) => others.at(path, words).length)
const idsOf = (words: string) =>
  new Set(others.at('/webhook', words).map(({ headers }) => headers['webhook-id']))
const restart = async () => {
  await logbook.kill('notifications', 'SIGKILL')
  await logbook.start('notifications')
}

describe('webhooks, Slack and Discord', () => {
  it(
    'get what happened while they were away once, also where the process was killed meanwhile',
    async () => {
      await others.close()
      await blog.write('Nobody home')
      await until(async () => {
        const { waiting, fault } = await outbox()
        return waiting === 3 && fault !== null
      }, 'three messages to wait')
      await restart()
      await others.open()
      await until(isSent, 'the messages to be sent', patient)
      expect(counts('Nobody home')).toEqual([1, 1, 1])
      expect((await outbox()).parked).toBe(0)
    },
    testMsMax,
  )

  it(
    'get a message again that they refused for the moment or left without an answer; no redirect is followed, and no answer read without end',
    async () => {
      let isCut = false
      others.next(
        '/webhook',
        status(500),
        status(429, { 'Retry-After': '1' }),
        status(302, { Location: others.url('/private') }),
        endless(() => {
          isCut = true
        }),
      )
      others.next('/slack', silent)
      others.next('/discord', late)
      await blog.write('Hard to tell')
      await until(() => others.at('/webhook').length >= 4 && isCut, 'the webhook to take it', patient)
      expect(counts('Hard to tell').slice(1)).toEqual([1, 1])
      await until(isSent, 'the message to Slack to be sent', patient)
      expect([...counts('Hard to tell'), idsOf('Hard to tell').size]).toEqual([4, 2, 1, 1])
      expect([others.at('/private').length, (await outbox()).parked]).toEqual([0, 0])
    },
    testMsMax,
  )

  it(
    'that are gone have their messages parked, which owners see and retry',
    async () => {
      others.next('/webhook', status(404))
      others.next('/discord', status(410))
      await blog.write('Moved away')
      await until(async () => (await outbox()).parked === 2 && isSent(), 'two messages to be parked')
      expect(counts('Moved away')).toEqual([1, 1, 1])
      await restart()
      const { entries } = await outbox()
      expect(entries.map(({ kind, channel, code }) => [kind, channel, code]).sort()).toEqual([
        ['post', 'hook', 'HTTP 404'],
        ['post', 'hook', 'HTTP 410'],
      ])
      const owner = await join(blog, { email: 'owner@hooks.example', name: 'Ola', role: 'owner' })
      const page = await ask(`${logbook.url('gateway')}/subscribers`, { headers: owner })
      expect(page.text).toContain('parked after one attempt: HTTP 404')
      const health = await ask(`${logbook.url('notifications')}/health`)
      expect(health.json()).toMatchObject({ mail: { parked: 2 } })
      const retried = await blog.askAs('owner', '/notifications/outbox/retry', { method: 'POST', body: {} })
      expect(retried.json()).toEqual({ retried: 2 })
      await until(async () => (await isSent()) && (await outbox()).parked === 0, 'the messages to be sent')
      expect([...counts('Moved away'), idsOf('Moved away').size]).toEqual([2, 1, 2, 1])
    },
    testMsMax,
  )

  it(
    'get a message at most twice where the process is killed while it is sent, with the same id',
    async () => {
      others.next('/webhook', silent)
      await blog.write('Cut short')
      await until(() => others.at('/webhook', 'Cut short').length === 1, 'the message to arrive', patient)
      await restart()
      await until(isSent, 'the messages to be sent', patient)
      const [webhook = 0, ...rest] = counts('Cut short')
      expect([webhook, idsOf('Cut short').size]).toEqual([2, 1])
      expect(rest).toEqual([1, 1])
      await blog.write('The last word')
      await until(() => counts('The last word').every((count) => count === 1), 'the last message', patient)
      await until(isSent, 'the outbox to be empty')
      expect([counts('The last word'), counts('Nobody home')]).toEqual([
        [1, 1, 1],
        [1, 1, 1],
      ])
    },
    testMsMax,
  )
})

describe('Web Push', () => {
  /** A browser, as far as a push service knows it. */
  const device = (endpoint: string) => {
    const pair = createECDH('prime256v1')
    pair.generateKeys()
    const keys = { p256dh: pair.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') }
    return { endpoint, keys }
  }

  it(
    'reaches each browser of a person, forgets those that are gone, and repeats a message under its topic alone',
    async () => {
      const person = await join(blog, { email: 'pia@push.example', name: 'Pia', role: 'reader' })
      const put = (path: string, body: object) =>
        ask(`${blog.api}/notifications/${path}`, { method: 'PUT', body, headers: person })
      expect((await put('preferences', { push: ['post'] })).status).toBe(200)
      for (const path of ['/push/fine', '/push/gone', '/push/busy'])
        expect((await put('devices', device(others.url(path)))).status).toBe(200)
      expect((await put('devices', device('http://169.254.169.254/push'))).status).toBe(422)
      const devices = async () => {
        const answer = await ask<{ devices: number }>(`${blog.api}/notifications/preferences`, {
          headers: person,
        })
        return answer.json().devices
      }
      expect(await devices()).toBe(3)

      others.next('/push/gone', status(410))
      others.next('/push/busy', status(429, { 'Retry-After': '1' }), status(503), silent)
      await blog.write('Told to browsers')
      await until(() => others.at('/push/busy').length === 3, 'the third attempt', patient)
      await restart()
      await until(isSent, 'the message to be sent', patient)
      expect([await devices(), others.at('/push/gone').length, (await outbox()).parked]).toEqual([2, 1, 0])
      const sent = [...others.at('/push/fine'), ...others.at('/push/busy')]
      expect(new Set(sent.map(({ headers }) => headers.topic)).size).toBe(1)
      for (const { headers } of sent)
        expect(headers).toMatchObject({
          ttl: '86400',
          'content-encoding': 'aes128gcm',
          authorization: expect.stringMatching(/^vapid t=/),
        })

      const before = others.at('/push/fine').length
      await blog.write('Told once')
      await until(() => others.at('/push/fine').length > before, 'the next message', patient)
      await until(isSent, 'the outbox to be empty')
      expect(others.at('/push/fine')).toHaveLength(before + 1)
      expect(others.at('/push/gone')).toHaveLength(1)
    },
    testMsMax,
  )
})
