import { randomUUID } from 'node:crypto'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import supertest from 'supertest'
import { describe, expect, it, onTestFinished } from 'vitest'
import { author, bootNotifications, logbook, owner, populate, postId, reader, startMailSink } from './boot.ts'

/** Of the week of 2026-03-02, whose digest is due on 2026-03-09 at eight. */
const begin = async () => {
  const book = logbook()
  await populate(book)
  const sink = await startMailSink()
  onTestFinished(sink.close)
  const config = { smtp: sink.smtp }
  const service = bootNotifications({ ...book, config })
  await service.read(book.store.head)
  await (await service.as(reader))
    .put('/preferences')
    .send({ mail: ['digest'] })
    .expect(200)
  const said = { id: randomUUID(), postId, authorId: author.id, createdAt: book.clock.now().toISOString() }
  await book.publish(
    commentCreated({ ...said, content: 'The best of it' }),
    commentUpdated({ ...said, content: 'The best of it', status: 'approved', score: 3 }),
  )
  await service.settled(book.store.head)
  return { book, sink, config, service, said }
}

describe('the digest of a week', () => {
  it('a digest is sent once it is due, once, though two instances run', async () => {
    const { book, sink, config, service } = await begin()
    const other = bootNotifications({ ...book, config })
    await other.read(book.store.head)
    book.clock.set('2026-03-09T07:59:00.000Z')
    await Promise.all([service.digests.look(), other.digests.look()])
    expect(await book.ofType('DigestIssued')).toEqual([])
    book.clock.set('2026-03-09T08:01:00.000Z')
    await Promise.all([service.digests.look(), other.digests.look()])
    await Promise.all([service.settled(book.store.head), other.settled(book.store.head)])
    expect(await book.ofType('DigestIssued')).toHaveLength(1)
    expect(sink.taken.map(({ to, subject }) => [to.split('@')[0], subject])).toEqual([
      [reader.id, 'The week on Logbook'],
    ])
    expect(sink.taken[0]?.text).toContain('The best of it')
    const { body } = await supertest(service.app).get('/digests').expect(200)
    expect(body).toMatchObject([
      { week: '2026-03-02', posts: [{ id: postId, comments: 1 }], comments: [{ score: 3 }] },
    ])
  })

  it('a digest is sent after a downtime at its hour, and skipped if it is days late', async () => {
    const { book, sink, config, service } = await begin()
    await service.close()
    book.clock.set('2026-03-11T12:00:00.000Z')
    const late = bootNotifications({ ...book, config })
    await late.read(book.store.head)
    await late.digests.look()
    await late.settled(book.store.head)
    expect(sink.taken.map(({ subject }) => subject)).toEqual(['The week on Logbook'])
    await late.close()
    book.clock.set('2026-03-22T12:00:00.000Z')
    const later = bootNotifications({ ...book, config })
    await later.read(book.store.head)
    await later.digests.look()
    expect(await book.ofType('DigestIssued')).toHaveLength(1)
    await later.settled(book.store.head)
    expect(sink.taken).toHaveLength(1)
  })

  it('a digest is sent by the time zone of each person who wants it, once each', async () => {
    const { book, service } = await begin()
    await (await service.as(reader)).put('/preferences').send({ timeZone: 'America/New_York' }).expect(200)
    await service.read(book.store.head)
    book.clock.set('2026-03-09T09:00:00.000Z')
    await service.digests.look()
    book.clock.set('2026-03-09T12:01:00.000Z')
    await service.digests.look()
    const zones = (await book.ofType('DigestIssued')).map(
      ({ data }) => (data as { timeZone: string }).timeZone,
    )
    expect(zones).toEqual(['UTC', 'America/New_York'])
  })

  it('a digest leaves out what was hidden since, and has a preview for the owner', async () => {
    const { book, service, said } = await begin()
    book.clock.set('2026-03-09T08:01:00.000Z')
    await service.digests.look()
    await book.publish(commentUpdated({ ...said, status: 'rejected' }))
    await service.read(book.store.head)
    expect((await supertest(service.app).get('/digests')).body).toMatchObject([{ comments: [] }])
    const { body } = await (await service.as(owner)).get('/digests/next').expect(200)
    expect(body).toMatchObject({ week: '2026-03-09', posts: [] })
    await (await service.as(reader)).get('/digests/next').expect(403)
  })
})

describe('a newsletter', () => {
  const subscribed = async () => {
    const blog = await begin()
    const { book, service, sink } = blog
    const settled = () => service.settled(book.store.head)
    await supertest(service.app)
      .post('/mail-subscriptions')
      .send({ email: 'heron@example.org', scope: { kind: 'blog' } })
    await settled()
    const [, query = ''] = /confirm-subscription\?([^\s"]+)/.exec(sink.taken[0]?.text ?? '') ?? []
    const link = Object.fromEntries(new URLSearchParams(query.replaceAll('&amp;', '&')))
    await supertest(service.app).post('/mail-subscriptions/confirm').send(link).expect(200)
    await settled()
    sink.taken.length = 0
    return { ...blog, settled, asOwner: await service.as(owner) }
  }

  it('a newsletter has a preview, a test mail to its sender, and is sent to every subscriber once', async () => {
    const { sink, settled, asOwner } = await subscribed()
    const { body } = await asOwner.get(`/newsletters/${postId}`).expect(200)
    expect(body).toMatchObject({ receivers: 1, sentAt: null, preview: { subject: 'The first' } })
    await asOwner.post(`/newsletters/${postId}/test`).send({}).expect(202)
    await settled()
    expect(sink.taken.map(({ to }) => to)).toEqual([`${owner.id}@people.example`])
    const answers = await Promise.all([1, 2].map(() => asOwner.post(`/newsletters/${postId}/send`).send({})))
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409])
    await settled()
    expect(sink.taken.map(({ to }) => to)).toEqual([`${owner.id}@people.example`, 'heron@example.org'])
    expect((await asOwner.get(`/newsletters/${postId}`)).body.sentAt).toEqual(expect.any(String))
  })

  it('a newsletter is sent by owners alone, of a published post alone', async () => {
    const { service, asOwner } = await subscribed()
    await (await service.as(author)).post(`/newsletters/${postId}/send`).send({}).expect(403)
    await asOwner.post(`/newsletters/${randomUUID()}/send`).send({}).expect(404)
  })
})
