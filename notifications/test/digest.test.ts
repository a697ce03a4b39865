import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  author,
  bootNotifications,
  logbook,
  openOutbox,
  owner,
  populate,
  postId,
  reader,
  startMailSink,
} from './boot.ts'
import { type Pages, startWeb } from './webmention/web.ts'

/** Of the week of 2026-03-02, whose digest is due on 2026-03-09 at eight. */
const begin = async (more: object = {}) => {
  const book = logbook()
  await populate(book)
  const sink = await startMailSink()
  onTestFinished(sink.close)
  const config = { smtp: sink.smtp, ...more }
  // Outlives the service.
  const folder = temporaryFolder()
  const boot = () =>
    bootNotifications({ ...book, config, outboxDb: openOutbox(join(folder, 'outbox.sqlite')) })
  const service = boot()
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
  return { book, sink, config, boot, service, said }
}

describe('the digest of a week', () => {
  it('a digest is sent once it is due, once, though two instances run', async () => {
    const { book, sink, config, service, said } = await begin()
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
    expect(await book.ofType('DigestIssued')).toMatchObject([
      { data: { week: '2026-03-02', posts: [postId], featured: [], comments: [said.id], ofBlog: true } },
    ])
    expect(sink.taken[0]?.text).toContain('https://blog.example/digest/2026-w10')
  })

  it('a digest has related posts with the reason as query says them, and is sent without while query is away', async () => {
    const related = [{ slug: 'second', title: 'The second', reason: 'Also about herons' }]
    const pages: Pages = {
      [`/posts/${postId}/related`]: (_, res) => void res.end(JSON.stringify(related)),
    }
    const query = await startWeb(pages)
    const { book, sink, service } = await begin({ queryUrl: query.url })
    book.clock.set('2026-03-09T08:01:00.000Z')
    const preview = await (await service.as(owner)).get('/digests/next').expect(200)
    expect(preview.body.related).toEqual([])
    await service.digests.look()
    await service.settled(book.store.head)
    const text = sink.taken[0]?.text.replaceAll(/=\r?\n/g, '')
    for (const words of [
      'Related posts',
      'The second',
      'Also about herons',
      'https://blog.example/posts/second',
    ])
      expect(text).toContain(words)
    const away = await begin()
    away.book.clock.set('2026-03-09T08:01:00.000Z')
    await away.service.digests.look()
    await away.service.settled(away.book.store.head)
    expect(away.sink.taken.map((mail) => mail.text.includes('Related posts'))).toEqual([false])
  })

  it('a digest is sent after a downtime at its hour, and skipped if it is days late', async () => {
    const { book, sink, boot, service } = await begin()
    await service.close()
    book.clock.set('2026-03-11T12:00:00.000Z')
    const late = boot()
    await late.read(book.store.head)
    await late.digests.look()
    await late.settled(book.store.head)
    expect(sink.taken.map(({ subject }) => subject)).toEqual(['The week on Logbook'])
    await late.close()
    book.clock.set('2026-03-22T12:00:00.000Z')
    const later = boot()
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
    expect(await book.ofType('DigestIssued')).toMatchObject([
      { data: { timeZone: 'UTC', ofBlog: true } },
      { data: { timeZone: 'America/New_York', ofBlog: false } },
    ])
  })

  it('a digest leaves out what was hidden since, and has a preview for the owner', async () => {
    const { book, service, said } = await begin()
    book.clock.set('2026-03-02T12:00:00.000Z')
    const ofOwner = async () => (await (await service.as(owner)).get('/digests/next').expect(200)).body
    await book.publish(commentUpdated({ ...said, status: 'approved', score: 3, promoted: true }))
    await service.read(book.store.head)
    expect(await ofOwner()).toMatchObject({
      week: '2026-03-02',
      featured: [{ id: said.id }],
      comments: [{ id: said.id }],
    })
    await book.publish(commentUpdated({ ...said, status: 'rejected' }))
    await service.read(book.store.head)
    expect(await ofOwner()).toMatchObject({ posts: [], featured: [], comments: [] })
    book.clock.set('2026-03-09T08:01:00.000Z')
    const { body } = await (await service.as(owner)).get('/digests/next').expect(200)
    expect(body).toMatchObject({ week: '2026-03-09', posts: [] })
    await (await service.as(reader)).get('/digests/next').expect(403)
  })
})
