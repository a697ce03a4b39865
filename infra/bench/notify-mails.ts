import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pause } from '@logbook/chassis/async/pause.ts'
import { systemClock } from '@logbook/chassis/clock.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { openSmtp } from '@logbook/chassis/mail/smtp.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import {
  mailSubscriptionConfirmed,
  mailSubscriptionRequested,
  preferencesChanged,
} from '@logbook/contracts/examples/notifications.ts'
import { postCreated } from '@logbook/contracts/examples/posts.ts'
import { userRegistered } from '@logbook/contracts/examples/users.ts'
import { createNotifications } from '@logbook/notifications/app.ts'
import { outboxMigrations } from '@logbook/notifications/outbox/tables.ts'
import { migrations } from '@logbook/notifications/read-model/tables.ts'
import { startBus } from './bus-processes.ts'
import { type Row, rounded } from './bus-table.ts'

const subscribers = 10_000
const timed = 200
const msMax = { connect: 20_000, greeting: 20_000, silence: 60_000 }
const from = 'blog@blog.example'

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** A mail server in a process of its own, which says of each mail when it took it. */
const startSink = async () => {
  const child = fork(new URL('./notify-sink.ts', import.meta.url))
  const [{ port }] = await once(child, 'message')
  let count = 0
  let waiting: { count: number; done: (atMs: number) => void } | undefined
  child.on('message', ({ atMs }: { atMs: number }) => {
    count++
    if (waiting && count >= waiting.count) waiting.done(atMs)
  })
  return {
    smtp: { host: '127.0.0.1', port: Number(port), secure: false, user: undefined, password: undefined },
    /** Resolves with the time at which so many more mails were taken. */
    more: (mails: number): Promise<number> =>
      new Promise((done) => {
        waiting = { count: count + mails, done }
      }),
    stop: () => void child.kill('SIGTERM'),
  }
}

const outgoing = ({ type, subject, source, data, dataversion }: LogbookEvent) => ({
  ...{ id: randomUUID(), type, subject, source, data, dataversion },
})

const authorId = randomUUID()
const postId = randomUUID()
const nowText = () => new Date().toISOString()

/** A post by an author who wants mails, and subscribers: all of it before notifications starts, so that no one is notified. */
const history = function* (): Generator<LogbookEvent> {
  yield userRegistered({ id: authorId, role: 'author', registeredAt: nowText() })
  yield postCreated({ id: postId, authorId, status: 'published', kind: 'post', publishedAt: nowText() })
  yield preferencesChanged({
    id: authorId,
    preferences: {
      mail: ['comment'],
      push: [],
      rhythm: 'each',
      quiet: null,
      timeZone: 'UTC',
      mutedPosts: [],
    },
  })
  for (let n = 0; n < subscribers; n++) {
    const id = randomUUID()
    yield mailSubscriptionRequested({ id, email: `reader-${n}@example.org` })
    yield mailSubscriptionConfirmed({ id })
  }
}

/** Runs `work` with notifications over a bus and a mail server that run as processes, and files on disk. */
const withNotifications = async (work: (parts: Parts) => Promise<Row[]>): Promise<Row[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'logbook-bench-'))
  const running = await startBus(join(folder, 'log.sqlite'))
  const sink = await startSink()
  const bus = createBusClient({
    url: running.url,
    token: undefined,
    source: '/notifications',
    logger: silentLogger,
  })
  const events = [...history()].map(outgoing)
  for (let n = 0; n < events.length; n += 200) await bus.append(events.slice(n, n + 200))
  const file = (name: string) => join(folder, name)
  const service = createNotifications({
    ...{
      bus,
      ids: systemIds,
      clock: systemClock,
      logger: silentLogger,
      verify: async () => ({ kind: 'nobody' as const }),
    },
    db: openDatabase({ file: file('view.sqlite'), migrations, durability: 'normal' }),
    outboxDb: openDatabase({ file: file('outbox.sqlite'), migrations: outboxMigrations, durability: 'full' }),
    addressOf: async () => 'author@example.org',
    config: {
      ...{ serviceToken: undefined, knownCallers: undefined, origins: [], publicUrl: 'https://blog.example' },
      ...{ blogTitle: 'Logbook', outbox: folder, mailFrom: from, smtp: sink.smtp, dkim: undefined },
      ...{ hooks: {}, hooksAllow: ['public'], mentionsAllow: ['public'] },
      ...{ websubAllow: ['public'], queryUrl: 'http://127.0.0.1:1' },
      ...{ vapidFile: file('vapid.json'), backupDays: 7 },
    },
  })
  await service.start()
  await untilRead(service.app)
  try {
    return await work({ bus, sink })
  } finally {
    await service.close()
    bus.close()
    sink.stop()
    await running.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Resolves once the history was read: what comes from then on is told of. */
const untilRead = async (app: RequestListener): Promise<void> => {
  const { url, close } = await listen(app, { host: '127.0.0.1', port: 0 })
  while (!(await fetch(`${url}/health/ready`)).ok) await pause(20)
  await close()
}

interface Parts {
  bus: ReturnType<typeof createBusClient>
  sink: Awaited<ReturnType<typeof startSink>>
}

/** From an append to the mail server's word, beside one durable append of the same event. */
const measureOne = async ({ bus, sink }: Parts): Promise<Row> => {
  const [appends, mails]: [number[], number[]] = [[], []]
  for (let n = 0; n < timed; n++) {
    const said = { id: randomUUID(), postId, authorId: null, createdAt: nowText() }
    const begunMs = performance.now()
    await bus.append([outgoing(commentCreated(said))])
    appends.push(performance.now() - begunMs)
    const taken = sink.more(1)
    const sentMs = Date.now() + (performance.timeOrigin + performance.now() - Date.now())
    await bus.append([outgoing(commentUpdated({ ...said, status: 'approved' }))])
    mails.push((await taken) - sentMs)
  }
  const [ours, peer] = [median(mails), median(appends)]
  return {
    figure: 'event to mail accepted by SMTP, p50, over durable appends, p50',
    ...{ ours: `${rounded(ours)} ms`, peer: `${rounded(peer)} ms`, ratio: ours / peer },
    aim: { atMost: 5 },
  }
}

/** Mails a second to all subscribers of one post, beside nodemailer alone with mails of that size over one connection. */
const measureMany = async ({ bus, sink }: Parts): Promise<Row> => {
  const alone = openSmtp({ smtp: sink.smtp, from, site: 'blog.example', msMax, isKept: true })
  const text = 'The body of a mail.\n'.repeat(30)
  const html = `<!doctype html><p>${'The body of a mail. '.repeat(70)}</p>`
  const aloneMs = performance.now()
  for (let n = 0; n < subscribers; n++)
    await alone.deliver(
      { id: randomUUID(), at: nowText(), to: `reader-${n}@example.org`, subject: 'News', text, html },
      'Logbook',
    )
  const peer = subscribers / ((performance.now() - aloneMs) / 1_000)
  await alone.close()
  const taken = sink.more(subscribers)
  const begunMs = performance.timeOrigin + performance.now()
  const post = {
    id: randomUUID(),
    slug: 'news',
    authorId,
    status: 'published',
    kind: 'post',
    publishedAt: nowText(),
  } as const
  await bus.append([outgoing(postCreated(post))])
  const ours = subscribers / (((await taken) - begunMs) / 1_000)
  return {
    figure: `mails to ${subscribers.toLocaleString('en')} subscribers, over nodemailer alone`,
    ...{ ours: `${rounded(ours)}/s`, peer: `${rounded(peer)}/s`, ratio: ours / peer },
    aim: { atLeast: 0.8 },
  }
}

export const measureMails = (): Promise<Row[]> =>
  withNotifications(async (parts) => [await measureOne(parts), await measureMany(parts)])
