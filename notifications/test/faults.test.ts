import { systemClock } from '@logbook/chassis/clock.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { Undelivered } from '@logbook/chassis/mail/undelivered.ts'
import { startScriptedSmtp } from '@logbook/chassis/testing/scripted-smtp.ts'
import {
  mailSubscriptionConfirmed,
  mailSubscriptionRequested,
  newsletterSent,
} from '@logbook/contracts/examples/notifications.ts'
import { postCreated } from '@logbook/contracts/examples/posts.ts'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { Transport } from '../src/channels/transport.ts'
import { effectsOf, noticesOf } from '../src/domain/policy.ts'
import { createStreams } from '../src/log/streams.ts'
import { createDispatch } from '../src/outbox/dispatch.ts'
import { createOutbox } from '../src/outbox/outbox.ts'
import { createApply } from '../src/read-model/apply.ts'
import { viewOf } from '../src/read-model/view.ts'
import {
  approvedComment,
  author,
  bootNotifications,
  logbook,
  openOutbox,
  openView,
  populate,
  postId,
  startMailSink,
} from './boot.ts'

/** A blog whose author wants mails of comments, and a mail server that `fault` describes until it is mended. */
const begin = async (fault: 'closed' | number) => {
  const book = logbook()
  await populate(book)
  let isFaulty = true
  const refuses = (code: number) => fault === code && isFaulty
  const sink = await startMailSink({
    recipient: () => (typeof fault === 'number' && fault !== 451 && refuses(fault) ? fault : undefined),
    taking: () => {
      if (refuses(451)) throw new Error('not now')
    },
  })
  if (fault === 'closed') await sink.close()
  const service = bootNotifications({ ...book, config: { smtp: sink.smtp } })
  await service.read(book.store.head)
  await (await service.as(author))
    .put('/preferences')
    .send({ mail: ['comment'] })
    .expect(200)
  const mend = async () => {
    isFaulty = false
    const now = fault === 'closed' ? await startMailSink({ port: sink.smtp.port }) : sink
    onTestFinished(now.close)
    return now
  }
  return { book, service, mend, mail: async () => (await service.health()).mail }
}

it.each([
  ['it is not there', 'closed'],
  ['it is busy (421)', 421],
  ['it wants to see the address again later (450)', 450],
  ['it does not take the message now (451)', 451],
] as const)('a mail that a server does not take is tried again, and sent once: %s', async (_, fault) => {
  const { book, service, mend, mail } = await begin(fault)
  await approvedComment(book)
  await vi.waitFor(async () => expect(await mail()).toMatchObject({ waiting: 1, fault: expect.any(String) }))
  const sink = await mend()
  book.clock.pass(60_000)
  await approvedComment(book)
  await service.settled(book.store.head)
  expect(sink.taken).toHaveLength(2)
  expect(await mail()).toMatchObject({ waiting: 0, parked: 0, fault: null })
})

it.each([
  ['ahead by a year while a mail was postponed', 365 * 86_400_000],
  ['ahead by a day and a half', 36 * 3_600_000],
])('a mail is not kept back by a clock that was wrong: %s', async (_, aheadMs) => {
  const { book, service, mend, mail } = await begin(450)
  book.clock.jump(aheadMs)
  await approvedComment(book, { createdAt: book.clock.now().toISOString() })
  await vi.waitFor(async () => expect(await mail()).toMatchObject({ waiting: 1, fault: expect.any(String) }))
  const sink = await mend()
  book.clock.jump(-aheadMs)
  await approvedComment(book)
  await service.settled(book.store.head)
  expect(sink.taken).toHaveLength(2)
})

it('a mail about an event that the log dates in the future is sent at once', async () => {
  const { book, service, mend } = await begin(450)
  const sink = await mend()
  book.clock.jump(3 * 3_600_000)
  const id = await approvedComment(book, { createdAt: book.clock.now().toISOString() })
  book.clock.jump(-3 * 3_600_000)
  await service.settled(book.store.head)
  await vi.waitFor(() => expect(sink.taken).toHaveLength(1))
  expect(sink.taken[0]?.text).toContain(id)
})

/** The outbox of a blog that is about to tell so many subscribers of one post. */
const newsletterTo = (subscribers: number) => {
  const { bus } = logbook(systemClock)
  const db = openView()
  const outbox = createOutbox(openOutbox(), systemIds)
  const apply = createApply(db)
  const view = viewOf(db)
  db.transaction(() => {
    apply(
      postCreated({ id: postId, status: 'published', kind: 'post', publishedAt: new Date().toISOString() }),
    )
    for (let n = 0; n < subscribers; n++) {
      const id = `01920000-0000-7000-8000-${String(n).padStart(12, '0')}`
      apply(mailSubscriptionRequested({ id, email: `reader-${n}@example.org` }))
      apply(mailSubscriptionConfirmed({ id }))
    }
  })()
  const event = { ...newsletterSent({ postId }), time: new Date().toISOString() }
  outbox.add(effectsOf(noticesOf(event, view, []), view))
  return (send: Transport['send']) => {
    const dispatch = createDispatch({
      ...{ bus, outbox, view, clock: systemClock, logger: silentLogger },
      streams: createStreams({ bus, ids: systemIds }),
      transports: { mail: { send } },
      upTo: () => Number.MAX_SAFE_INTEGER,
    })
    dispatch.start()
    onTestFinished(dispatch.stop)
    return dispatch
  }
}

it('each of 2,000 subscribers gets one mail about a post, also those whose first attempt failed', async () => {
  const subscribers = 2_000
  const tries = new Map<string, number>()
  const dispatch = newsletterTo(subscribers)(async ([effect]) => {
    const id = effect?.receiver.id ?? ''
    tries.set(id, (tries.get(id) ?? 0) + 1)
    if (tries.get(id) === 1 && tries.size % 200 === 0) throw new Undelivered('450', { forGood: false })
  })
  await vi.waitFor(() => expect(dispatch.status().waiting).toBe(0), { timeout: 30_000, interval: 100 })
  const counts = [...tries.values()]
  expect(counts).toHaveLength(subscribers)
  expect(counts.filter((count) => count > 1)).toEqual(Array.from({ length: 10 }, () => 2))
  expect(dispatch.status()).toMatchObject({ waiting: 0, parked: 0 })
})

it('a mail server that refuses any mail is left alone for a moment, so that the other mails lose no attempt', async () => {
  const subscribers = 500
  let isAway = true
  let failed = 0
  let sent = 0
  const dispatch = newsletterTo(subscribers)(async () => {
    if (isAway) failed++
    else sent++
    if (isAway) throw new Undelivered('EPROTOCOL 421', { forGood: false, about: 'server' })
  })
  await vi.waitFor(() => expect(failed).toBeGreaterThan(0))
  // What wakes the channel does not end the rest.
  for (let wakes = 0; wakes < subscribers; wakes++) {
    dispatch.wake()
    await new Promise(setImmediate)
  }
  isAway = false
  await vi.waitFor(() => expect(dispatch.status().waiting).toBe(0), { timeout: 30_000, interval: 100 })
  expect(sent).toBe(subscribers)
  expect(failed).toBeLessThan(20)
})

it.each([
  ['dot', '554 5.7.1 looks like spam'],
  ['DATA', '554 no valid recipients'],
  ['RCPT', '550 5.7.1 relaying denied'],
  ['RCPT', '554 5.7.1 your network is listed'],
] as const)(
  'a mail server that refuses one mail for another reason than its address ends no mails to it: at %s, %s',
  async (stage, says) => {
    const book = logbook()
    await populate(book)
    const server = await startScriptedSmtp(stage, { says }, 1)
    const service = bootNotifications({ ...book, config: { smtp: server.smtp } })
    await service.read(book.store.head)
    const me = await service.as(author)
    await me
      .put('/preferences')
      .send({ mail: ['comment'] })
      .expect(200)
    await approvedComment(book)
    await vi.waitFor(async () => expect((await service.health()).mail.fault).toContain(says.slice(0, 3)))
    const id = await approvedComment(book)
    await service.settled(book.store.head)
    const taken = () => server.taken.join().replaceAll('=\r\n', '')
    await vi.waitFor(() => expect(taken()).toContain(id))
    expect((await me.get('/preferences')).body.mail).toEqual(['comment'])
  },
)
