import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fixedClock } from '@logbook/chassis/testing/deterministic.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { testLog } from '@logbook/chassis/testing/test-log.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  approvedComment,
  author,
  begun,
  bootNotifications,
  logbook,
  openOutbox,
  openView,
  populate,
  reader,
  startMailSink,
} from './boot.ts'

/** A log that a backup of these events was restored to. */
const restoredLog = async (events: readonly RecordedEvent[], clock = fixedClock(begun)) => {
  const begins = [
    { epoch: 1, after: 0 },
    { epoch: 2, after: events.length },
  ]
  const store = memoryLog({ id: 'the-log', epoch: 2, begins })
  const book = { ...testLog({ store, now: () => clock.now() }), clock }
  for (const { position: _, version: __, specversion: ___, ...event } of events)
    await book.bus.append([event])
  return book
}

type Book = Awaited<ReturnType<typeof restoredLog>>

/** A blog whose author wants mails of comments, with files that outlive the service. */
const begin = async () => {
  const folder = temporaryFolder()
  const sink = await startMailSink()
  onTestFinished(sink.close)
  const book: Book = logbook()
  await populate(book)
  const file = (name: string) => join(folder, `${name}.sqlite`)
  const boot = async (its = book, { isReachable = true } = {}) => {
    const smtp = isReachable ? sink.smtp : { ...sink.smtp, port: 1 }
    const service = bootNotifications({
      ...its,
      config: { smtp },
      ...{ db: openView(file('view')), outboxDb: openOutbox(file('outbox')) },
    })
    await service.read(its.store.head)
    return service
  }
  const removeView = () => {
    for (const ending of ['', '-wal', '-shm']) rmSync(`${file('view')}${ending}`, { force: true })
  }
  const service = await boot()
  await (await service.as(author))
    .put('/preferences')
    .send({ mail: ['comment', 'digest'] })
    .expect(200)
  await service.read(book.store.head)
  return { book, service, boot, removeView, file, told: () => sink.taken.map(({ text }) => text) }
}

describe('messages', () => {
  it('messages about what happened while the service was down are sent once, though its view was deleted meanwhile', async () => {
    const { book, service, boot, removeView, told } = await begin()
    await approvedComment(book, { content: 'Before the end.' })
    await service.settled(book.store.head)
    await service.close()
    await approvedComment(book, { content: 'Meanwhile.' })
    removeView()
    const again = await boot()
    await again.settled(book.store.head)
    expect(told()).toMatchObject([
      expect.stringContaining('Before the end.'),
      expect.stringContaining('Meanwhile.'),
    ])
  })

  it('messages that wait are not sent by an older copy of the outbox', async () => {
    const { book, service, boot, file, told } = await begin()
    await service.close()
    const away = await boot(book, { isReachable: false })
    await approvedComment(book, { content: 'Waits in the copy.' })
    await away.read(book.store.head)
    await away.close()
    copyFileSync(file('outbox'), file('copy'))
    const back = await boot()
    book.clock.pass(3_600_000)
    await approvedComment(book, { content: 'After the copy.' })
    await back.settled(book.store.head)
    expect(told()).toHaveLength(2)
    await back.close()
    for (const ending of ['-wal', '-shm']) rmSync(`${file('outbox')}${ending}`, { force: true })
    copyFileSync(file('copy'), file('outbox'))
    const older = await boot()
    await approvedComment(book, { content: 'With the copy.' })
    await older.settled(book.store.head)
    expect(told().slice(2)).toMatchObject([expect.stringContaining('With the copy.')])
  })

  it('messages about events that a restored log does not have are not sent, and those about others are, once', async () => {
    const { book, service, boot, removeView, told } = await begin()
    await approvedComment(book, { content: 'Told before.' })
    await service.settled(book.store.head)
    await service.close()
    const away = await boot(book, { isReachable: false })
    await approvedComment(book, { content: 'In the backup.' })
    const backup = await book.events()
    await approvedComment(book, { content: 'After the backup.' })
    await away.read(book.store.head)
    await away.close()
    removeView()
    const restored = await restoredLog(backup)
    const back = await boot(restored)
    restored.clock.pass(3_600_000)
    await approvedComment(restored, { content: 'After the restore.' })
    await back.settled(restored.store.head)
    expect(told()).toMatchObject(
      ['Told before.', 'In the backup.', 'After the restore.'].map((text) => expect.stringContaining(text)),
    )
  })

  it('messages of a digest are not sent again on another machine, where its event is in no backup', async () => {
    const { book, service } = await begin()
    await approvedComment(book, { by: reader.id })
    await service.settled(book.store.head)
    const backup = await book.events()
    book.clock.set('2026-03-09T08:01:00.000Z')
    await service.digests.look()
    await service.settled(book.store.head)
    expect(await book.ofType('DigestIssued')).toHaveLength(1)

    const other = await startMailSink()
    onTestFinished(other.close)
    const restored = await restoredLog(backup, fixedClock('2026-03-09T13:00:00.000Z'))
    const elsewhere = bootNotifications({ ...restored, config: { smtp: other.smtp } })
    await elsewhere.read(restored.store.head)
    await elsewhere.digests.look()
    expect(await restored.ofType('DigestIssued')).toHaveLength(1)
    restored.clock.set('2026-03-16T08:01:00.000Z')
    await approvedComment(restored, { createdAt: '2026-03-14T10:00:00.000Z' })
    await elsewhere.read(restored.store.head)
    await elsewhere.digests.look()
    await elsewhere.settled(restored.store.head)
    const digests = other.taken.filter(({ subject }) => subject === 'The week on Logbook')
    expect(digests.map(({ to }) => to)).toEqual([`${author.id}@people.example`])
  })
})
