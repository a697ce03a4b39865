import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { Follower } from '@logbook/chassis/follow/follower.ts'
import { followerTables } from '@logbook/chassis/follow/follower-tables.ts'
import { parkedKinds } from '@logbook/chassis/follow/parked.ts'
import { Reactions, reactionTables } from '@logbook/chassis/follow/reactions.ts'
import { answerOperator } from '@logbook/chassis/health/answer-operator.ts'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLogger as logger } from '@logbook/chassis/logger.ts'
import { parkedAnswerers } from '@logbook/contracts/token-grants.ts'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { startBus } from '../../backup/test/running-blog.ts'
import { listParked, retryParked } from '../parked.ts'
import { runLog } from './run-log.ts'

const token = 'the-token-of-the-operator-in-tests'
const source = '/things'
const aTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)

/** A bus over HTTP, and services over it of which `comments` fails to apply and to answer every event of the stream `bad`. */
const startBlog = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'logbook-parked-'))
  const server = await startBus(folder)
  const bus = createBusClient({ url: server.url, source, logger })
  const db = openDatabase({
    ...{ file: ':memory:', durability: 'normal' },
    migrations: [followerTables, reactionTables],
  })
  let isBroken = true
  const reactions = new Reactions<null>({
    ...{ db, logger },
    async react() {
      if (isBroken) throw new Error('The rule is broken.')
    },
  })
  const follower = new Follower<{ id: string; position: number; subject: string }>({
    ...{ name: 'comments', bus, db, logger },
    decode: (event) => ({ kind: 'event', event }),
    apply({ id, position, subject }) {
      if (subject === 'bad' && isBroken) throw new Error('It does not fit.\u001b[2J')
      if (subject === 'answered') reactions.due({ id, position, subject, payload: null })
      // The next attempt is the last one.
      db.exec('UPDATE reaction SET attempts = 7 WHERE parked IS NULL')
    },
    reactions,
  })
  const config = { busUrl: server.url, serviceToken: token }
  const stops = parkedAnswerers.map((name) => {
    const parked =
      name === 'comments' ? parkedKinds(() => follower.parkedKinds()) : { list: () => [], retry: () => 0 }
    return answerOperator({ name, config, app: () => {}, parked, logger })
  })
  follower.start()
  onTestFinished(async () => {
    await Promise.all(stops.map((stop) => stop()))
    await follower.stop()
    bus.close()
    await server.close()
    await rm(folder, { recursive: true, force: true })
  })
  const append = async (...subjects: string[]) => {
    const placed = await bus.append(
      subjects.map((subject) => ({ id: crypto.randomUUID(), type: 'Noted', subject, source, data: {} })),
    )
    return placed.map(({ position }) => position)
  }
  const post = async (path: string, body: object, method = 'POST') => {
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }
    const answer = await fetch(`${server.url}${path}`, { method, headers, body: JSON.stringify(body) })
    const text = await answer.text()
    expect(answer.ok, text).toBe(true)
    return text === '' ? undefined : JSON.parse(text)
  }
  return {
    blog: { busUrl: server.url, accountsUrl: server.url, token },
    settings: { BUS_URL: server.url, OPERATOR_TOKEN: token },
    append,
    post,
    mend: () => {
      isBroken = false
    },
    status: () => ({ events: follower.status().parked, reactions: reactions.status().parked }),
  }
}

describe('npm run log -- parked and retry', () => {
  let world: Awaited<ReturnType<typeof startBlog>>
  beforeEach(async () => {
    world = await startBlog()
    await world.append('bad', 'answered', 'bad', 'fine')
    await expect.poll(world.status).toEqual({ events: 2, reactions: 1 })
  })

  it('npm run log lists what followers, reactions and subscriptions have parked, and retries one item, one service or all', async () => {
    const { blog, post } = world
    await post('/subscriptions/shop', { mode: 'pull', subjectPrefix: 'order-', attempts: 1 }, 'PUT')
    const [late = 0] = await world.append('order-7')
    const claim = { max: 1, waitMs: 20_000 }
    const [delivery] = await post('/subscriptions/shop/claim', claim)
    await post('/subscriptions/shop/nack', { token: delivery.token, reason: 'No stock.' })

    const { items, silent } = await listParked(blog)
    expect(silent).toEqual([])
    expect(items).toHaveLength(4)
    expect(items).toEqual(
      expect.arrayContaining([
        { id: 'comments/event-1', subject: 'bad', reason: 'It does not fit.\u001b[2J', since: aTime },
        {
          id: 'comments/event-3',
          subject: 'bad',
          reason: 'behind a parked event of its subject',
          since: aTime,
        },
        expect.objectContaining({ subject: 'answered', reason: 'The rule is broken.', since: aTime }),
        { id: `event-bus/shop/${late}`, subject: 'order-7', reason: 'No stock.', since: aTime },
      ]),
    )
    const reaction = items.find(({ id }) => id.startsWith('comments/reaction-'))?.id ?? ''
    world.mend()
    expect(await retryParked(blog, [reaction])).toBe(1)
    await expect.poll(world.status).toEqual({ events: 2, reactions: 0 })
    expect(await retryParked(blog, [`event-bus/shop/${late}`])).toBe(1)
    await expect(retryParked(blog, [reaction])).rejects.toThrow(/has nothing parked/)
    expect(await retryParked(blog, ['comments'])).toBe(2)
    expect(world.status()).toEqual({ events: 0, reactions: 0 })
    expect(await retryParked(blog, 'all')).toBe(0)
    expect((await listParked(blog)).items.filter(({ id }) => id.startsWith('comments/'))).toEqual([])
  })

  it('npm run log prints each parked item with its reason, free of control characters, and says what was retried', async () => {
    const { settings } = world
    const listed = await runLog(['parked'], settings)
    expect(listed).toMatchObject({ code: 0, err: '' })
    expect(listed.out).toMatch(/^comments\/event-1\n {2}bad, since \S+Z: It does not fit\.\\u001b\[2J\n/m)
    world.mend()
    const retried = await runLog(['retry', '--all', '--json'], settings)
    expect(retried).toMatchObject({ code: 0, out: '{"retried":3}\n' })
    await expect.poll(world.status).toEqual({ events: 0, reactions: 0 })
    expect((await runLog(['parked'], settings)).out).toBe('Nothing is parked.\n')
  })

  it.each([
    ['nothing is named', [], /Name what is to be tried again, or --all/],
    ['a service is named that is none', ['shop/event-1'], /shop\/event-1: the services are event-bus, /],
    ['an item is named that is not parked', ['comments/event-4'], /comments\/event-4 has nothing parked/],
    ['an item is named that is none', ['comments/event-x'], /comments\/event-x has nothing parked/],
    ['a subscription is named that is none', ['event-bus/none'], /The event bus answered 404/],
  ])('npm run log -- retry ends with 2 and retries nothing where %s', async (_name, words, reason) => {
    const { code, err } = await runLog(['retry', ...words], world.settings)
    expect(code).toBe(2)
    expect(err).toMatch(reason)
    expect(world.status()).toEqual({ events: 2, reactions: 1 })
  })
})
