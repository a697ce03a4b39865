import { randomUUID } from 'node:crypto'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import { backupTaken } from '@logbook/contracts/examples/backups.ts'
import { mediaParked, mediaRequested, mediaRetried } from '@logbook/contracts/examples/media.ts'
import { userErased } from '@logbook/contracts/examples/users.ts'
import { expect, it, onTestFinished, vi } from 'vitest'
import { author, bootNotifications, logbook, owner, populate, startMailSink } from './boot.ts'

const dayMs = 86_400_000
/** After which a burst of failures is told. */
const burstDays = 6 / (24 * 60)

/** A blog whose author and owner want mails of everything that can go wrong. */
const begin = async (settings: Parameters<typeof bootNotifications>[0]['config'] = {}) => {
  const book = logbook()
  await populate(book)
  const sink = await startMailSink()
  onTestFinished(sink.close)
  const config = { smtp: sink.smtp, ...settings }
  const service = bootNotifications({ ...book, config })
  await service.read(book.store.head)
  for (const person of [author, owner])
    await (await service.as(person))
      .put('/preferences')
      .send({ mail: ['job', 'backup'] })
      .expect(200)
  await service.settled(book.store.head)
  const begunMs = book.clock.now().getTime()
  const settled = () => service.settled(book.store.head)
  return {
    ...{ book, sink, config, service, settled },
    /** Goes to a day after the blog began, and looks whether a backup is due. */
    async day(day: number) {
      book.clock.set(new Date(begunMs + day * dayMs).toISOString())
      await service.backups.look()
      await settled()
    },
    /** Goes there while the log goes on, as it does, which wakes the outbox. */
    async pass(day: number) {
      book.clock.set(new Date(begunMs + day * dayMs).toISOString())
      await book.publish(mediaRequested({ id: randomUUID(), ownerId: author.id }))
      await settled()
    },
    mails: () => sink.taken.map(({ to, subject }) => [to.split('@')[0], subject]),
    /** The alerts in an inbox, without those of people who joined. */
    async inboxOf(person: typeof owner) {
      const { body } = await (await service.as(person)).get('/inbox').expect(200)
      return body.notes.filter(({ kind }: { kind: string }) => kind !== 'person')
    },
  }
}

interface Parked {
  ownerId?: string | null
  imported?: true
}

const parkJob = async (
  { book }: Awaited<ReturnType<typeof begin>>,
  { ownerId = author.id, ...its }: Parked = {},
) => {
  const id = randomUUID()
  const at = book.clock.now().toISOString()
  await book.publish(
    mediaRequested({ id, ownerId, ...its, name: 'heron.jpg', requestedAt: at }),
    mediaParked({ id, reason: 'the file is no picture', parkedAt: at }),
  )
  return id
}

it('a job that failed for good is told to the owner of the file and to the owner of the blog, with the reason', async () => {
  const blog = await begin()
  const id = await parkJob(blog)
  await blog.settled()
  expect(blog.mails()).toEqual([])
  await blog.pass(burstDays)
  expect(blog.mails()).toEqual([
    [author.id, '“heron.jpg” could not be processed'],
    [owner.id, '“heron.jpg” could not be processed'],
  ])
  expect(blog.sink.taken[0]?.text).toContain('the file is no picture')
  const file = { id, name: 'heron.jpg', reason: 'the file is no picture', count: 1, imported: false }
  expect(await blog.inboxOf(author)).toMatchObject([{ kind: 'job', file }])
  expect(await blog.inboxOf(owner)).toMatchObject([{ kind: 'job', file }])
  await blog.book.publish(mediaRetried({ id }))
  await blog.settled()
  expect(await blog.inboxOf(author)).toEqual([])
})

it('many failed files of one import are one notice that counts, in the inbox, by mail and by webhook, and what fails later that day is one more', async () => {
  const hooked: { data: { title: string; url: string } }[] = []
  const { url } = await serveForTest(async (req, res) => {
    hooked.push(JSON.parse(Buffer.concat(await req.toArray()).toString()))
    res.end()
  })
  const blog = await begin({ hooks: { webhook: { url } } })
  const ids: string[] = []
  for (let number = 0; number < 22; number++) ids.push(await parkJob(blog, { ownerId: null, imported: true }))
  await parkJob(blog)
  await blog.settled()
  const many = '22 pictures of the import could not be fetched or made'
  expect(await blog.inboxOf(owner)).toMatchObject([
    { kind: 'job', file: { count: 1, imported: false } },
    { kind: 'job', file: { count: 22, imported: true, reason: 'the file is no picture' } },
  ])
  await blog.pass(burstDays)
  const toOwner = () => blog.mails().filter(([to]) => to === owner.id)
  expect(toOwner()).toEqual([
    [owner.id, many],
    [owner.id, '“heron.jpg” could not be processed'],
  ])
  expect(blog.sink.taken.find(({ subject }) => subject === many)?.text).toContain(
    '/media/queue?state=failed&imported=true',
  )
  await vi.waitFor(() =>
    expect(hooked.map(({ data }) => data.title).sort()).toEqual([many, 'A file could not be processed']),
  )
  for (const id of ids.slice(1)) await blog.book.publish(mediaRetried({ id }))
  await blog.settled()
  expect((await blog.inboxOf(owner)).map(({ file }: { file: { count: number } }) => file.count)).toEqual([
    1, 1,
  ])

  const [{ position: read }] = await blog.inboxOf(owner)
  await (await blog.service.as(owner)).post('/inbox/read').send({ upTo: read }).expect(200)
  for (let number = 0; number < 3; number++) await parkJob(blog, { ownerId: null, imported: true })
  await blog.settled()
  expect((await (await blog.service.as(owner)).get('/inbox')).body.unread).toBe(1)
  expect(toOwner()).toHaveLength(2)
  await blog.pass(1.1)
  expect(toOwner().slice(2)).toEqual([[owner.id, '3 pictures of the import could not be fetched or made']])
})

it('a failed job of an erased person is told to no one', async () => {
  const blog = await begin()
  await parkJob(blog)
  await blog.settled()
  await blog.book.publish(userErased({ id: author.id }))
  await blog.settled()
  expect(await blog.inboxOf(owner)).toEqual([])
})

it('owners are reminded of an old backup once a period, and not once there is a newer one', async () => {
  const blog = await begin()
  await blog.book.publish(backupTaken({ takenAt: blog.book.clock.now().toISOString() }))
  for (const day of [6.9, 7.1, 7.2, 13, 14.1]) await blog.day(day)
  expect(blog.mails()).toEqual([
    [owner.id, 'The last backup is 7 days old'],
    [owner.id, 'The last backup is 14 days old'],
  ])
  expect(await blog.inboxOf(owner)).toHaveLength(2)
  await blog.book.publish(backupTaken({ takenAt: blog.book.clock.now().toISOString() }))
  await blog.day(20)
  expect([blog.mails().length, await blog.inboxOf(owner)]).toEqual([2, []])
})

it('owners of a blog that never had a backup get a hint after the first period, once from two instances', async () => {
  const blog = await begin()
  const other = bootNotifications({ ...blog.book, config: blog.config })
  await other.read(blog.book.store.head)
  await blog.day(3)
  expect(blog.mails()).toEqual([])
  blog.book.clock.set(new Date(blog.book.clock.now().getTime() + 4.1 * dayMs).toISOString())
  await Promise.all([blog.service.backups.look(), other.backups.look()])
  await Promise.all([blog.settled(), other.settled(blog.book.store.head)])
  expect(blog.mails()).toEqual([[owner.id, 'This blog has no backup yet']])
  expect(blog.sink.taken[0]?.text).toContain('npm run backup')
})

it('a clock that jumps ahead and back reminds of a backup once, and 0 days of never', async () => {
  const blog = await begin()
  for (const day of [400, 1, 9]) await blog.day(day)
  expect(await blog.book.ofType('BackupOverdue')).toHaveLength(1)
  const silent = await begin({ backupDays: 0 })
  await silent.day(400)
  expect(await silent.book.ofType('BackupOverdue')).toEqual([])
})
