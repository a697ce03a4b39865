import { systemClock } from '@logbook/chassis/clock.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { Undelivered } from '@logbook/chassis/mail/undelivered.ts'
import {
  mailSubscriptionConfirmed,
  mailSubscriptionRequested,
  newsletterSent,
} from '@logbook/contracts/examples/notifications.ts'
import { postCreated } from '@logbook/contracts/examples/posts.ts'
import { expect, it, onTestFinished, vi } from 'vitest'
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

it('each of 2,000 subscribers gets one mail about a post, also those whose first attempt failed', async () => {
  const subscribers = 2_000
  const { bus } = logbook(systemClock)
  const view = viewOf(openView())
  const db = openView()
  const outbox = createOutbox(openOutbox(), systemIds)
  const apply = createApply(db)
  const its = viewOf(db)
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
  expect(view.subscribed({ kind: 'blog' })).toEqual([])
  const event = { ...newsletterSent({ postId }), time: new Date().toISOString() }
  outbox.add(effectsOf(noticesOf(event, its, []), its))
  const tries = new Map<string, number>()
  const dispatch = createDispatch({
    ...{ bus, outbox, view: its, clock: systemClock, logger: silentLogger },
    streams: createStreams({ bus, ids: systemIds }),
    transports: {
      mail: {
        async send([effect]) {
          const id = effect?.receiver.id ?? ''
          tries.set(id, (tries.get(id) ?? 0) + 1)
          if (tries.get(id) === 1 && tries.size % 200 === 0) throw new Undelivered('450', { forGood: false })
        },
      },
    },
    upTo: () => Number.MAX_SAFE_INTEGER,
  })
  dispatch.start()
  onTestFinished(dispatch.stop)
  await vi.waitFor(() => expect(dispatch.status().waiting).toBe(0), { timeout: 30_000, interval: 100 })
  const counts = [...tries.values()]
  expect(counts).toHaveLength(subscribers)
  expect(counts.filter((count) => count > 1)).toEqual(Array.from({ length: 10 }, () => 2))
  expect(dispatch.status()).toMatchObject({ waiting: 0, parked: 0 })
})
