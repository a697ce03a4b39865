import { commentTakenDown, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { commentModerated } from '@logbook/contracts/examples/moderation.ts'
import { draftCreated, postCreated, postUpdated } from '@logbook/contracts/examples/posts.ts'
import { userErased } from '@logbook/contracts/examples/users.ts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  approvedComment,
  author,
  bootNotifications,
  logbook,
  moderator,
  openOutbox,
  openView,
  owner,
  populate,
  postId,
  reader,
  startMailSink,
} from './boot.ts'

const sinkOfTest = async (refusals: Parameters<typeof startMailSink>[0] = {}) => {
  const sink = await startMailSink(refusals)
  onTestFinished(sink.close)
  return sink
}

/** A blog whose author wants mails of comments and whose reader wants those of replies. */
const begin = async (refusals: Parameters<typeof startMailSink>[0] = {}) => {
  const book = logbook()
  await populate(book)
  const sink = await sinkOfTest(refusals)
  const { bus, clock } = book
  const config = { smtp: sink.smtp }
  const service = bootNotifications({ bus, clock, config })
  await service.read(book.store.head)
  await (await service.as(author))
    .put('/preferences')
    .send({ mail: ['comment', 'reply'] })
    .expect(200)
  await (await service.as(reader))
    .put('/preferences')
    .send({ mail: ['reply', 'verdict'] })
    .expect(200)
  await service.read(book.store.head)
  return { book, sink, service, config, settled: () => service.settled(book.store.head) }
}

const subjects = (taken: readonly { to: string; subject: string }[]) =>
  taken.map(({ to, subject }) => [to.split('@')[0], subject])

describe('a comment that can be read', () => {
  it('a new comment is mailed to the author of the post, and a reply to the author of its parent, once each', async () => {
    const { book, sink, settled } = await begin()
    const first = await approvedComment(book)
    await approvedComment(book, { by: author.id, parentId: first, content: '**Indeed** <b>so</b>' })
    await settled()
    expect(subjects(sink.taken).map(([to]) => to)).toEqual([author.id, reader.id])
    const [, reply] = sink.taken
    expect(reply?.text).toContain('Indeed &lt;b&gt;so&lt;/b&gt;</blockquote>')
    expect(reply?.text).toContain('https://blog.example/posts/first#comment-')
    expect(await book.ofType('NotificationsClaimed')).toHaveLength(2)
  })

  it('a new comment is in the inbox of a person who chose no mails, and in no other', async () => {
    const { book, service, sink, settled } = await begin()
    await (await service.as(author)).put('/preferences').send({ mail: [] }).expect(200)
    await service.read(book.store.head)
    await approvedComment(book)
    await settled()
    const { body } = await (await service.as(author)).get('/inbox').expect(200)
    expect(body).toMatchObject({
      unread: 1,
      notes: [{ kind: 'comment', isRead: false, post: { slug: 'first' } }],
    })
    expect((await (await service.as(reader)).get('/inbox')).body.notes).toEqual([])
    expect(sink.taken).toEqual([])
    const upTo = body.notes[0].position
    await (await service.as(author)).post('/inbox/read').send({ upTo }).expect(200)
    await service.read(book.store.head)
    expect((await (await service.as(author)).get('/inbox')).body.unread).toBe(0)
  })

  it('a comment that is hidden and shown again is mailed once', async () => {
    const { book, sink, settled } = await begin()
    const id = await approvedComment(book)
    await settled()
    const said = { id, postId, authorId: reader.id }
    await book.publish(
      commentUpdated({ ...said, status: 'rejected' }),
      commentUpdated({ ...said, status: 'approved' }),
    )
    await settled()
    expect(sink.taken.filter(({ to }) => to.startsWith(author.id))).toHaveLength(1)
  })
})

describe('a deferred mail', () => {
  const wayAway = async (
    between: (book: Awaited<ReturnType<typeof begin>>['book'], id: string) => Promise<unknown>,
  ) => {
    const book = logbook()
    await populate(book)
    const sink = await sinkOfTest()
    let isAway = true
    const addressOf = async (id: string) => {
      if (isAway) throw Object.assign(new Error('away'), { code: 'unavailable' })
      return `${id}@people.example`
    }
    const service = bootNotifications({ ...book, config: { smtp: sink.smtp }, addressOf })
    await service.read(book.store.head)
    await (await service.as(author))
      .put('/preferences')
      .send({ mail: ['comment'] })
      .expect(200)
    await service.read(book.store.head)
    book.clock.pass(1)
    const id = await approvedComment(book)
    await vi.waitFor(async () => expect((await service.health()).mail.waiting).toBe(1))
    await between(book, id)
    await service.read(book.store.head)
    isAway = false
    book.clock.pass(3_600_000 * 10)
    await service.settled(book.store.head)
    return sink.taken
  }

  it('a deferred mail is sent if nothing has changed', async () => {
    expect(await wayAway(async () => {})).toHaveLength(1)
  })

  it.each([
    ['a comment that was rejected', (id: string) => [commentUpdated({ id, postId, status: 'rejected' })]],
    [
      'a comment that was taken down',
      (id: string) => [
        commentTakenDown({ id }),
        {
          ...commentUpdated({ id, postId }),
          data: {
            ...commentUpdated({ id, postId }).data,
            status: 'deleted',
            deletedAt: '2026-03-02T10:00:00.000Z',
          },
        } as never,
      ],
    ],
    [
      'a post that was unpublished',
      () => [postUpdated({ id: postId, status: 'draft' as never, publishedAt: '2026-03-02T10:00:00.000Z' })],
    ],
    ['a comment of a person who was erased', () => [userErased({ id: reader.id })]],
    ['a receiver who was erased', () => [userErased({ id: author.id })]],
  ])('a deferred mail is dropped: %s', async (_, events) => {
    expect(await wayAway((book, id) => book.publish(...events(id)))).toEqual([])
  })
})

describe('a log that is read from its beginning', () => {
  it('a log that is read from its beginning sends nothing, whichever file was lost', async () => {
    const { book, sink, service, settled, config } = await begin()
    await approvedComment(book)
    await settled()
    expect(sink.taken).toHaveLength(1)
    await service.close()
    const again = bootNotifications({ ...book, config })
    await again.settled(book.store.head)
    expect(sink.taken).toHaveLength(1)
    // The inbox is a view: it is there again.
    expect((await (await again.as(author)).get('/inbox')).body.notes).toHaveLength(1)
    await again.close()
    const outboxDb = openOutbox()
    const third = bootNotifications({ ...book, config, outboxDb })
    await approvedComment(book)
    await third.settled(book.store.head)
    const status = await third.health()
    expect(status.mail).toMatchObject({ waiting: 0, parked: 0 })
  })

  it('an import sends no mails, and what comes after it does', async () => {
    const { book, sink, settled } = await begin()
    const old = { createdAt: '2015-03-02T10:00:00.000Z', postId, authorId: reader.id }
    const { commentCreated } = await import('@logbook/contracts/examples/comments.ts')
    await book.publish(
      commentCreated({ id: '01920000-0000-7000-8000-00000000cc01', ...old, priorVerdict: 'approved' }),
    )
    await book.publish(
      commentUpdated({ id: '01920000-0000-7000-8000-00000000cc01', ...old, status: 'approved' }),
    )
    await settled()
    expect(sink.taken).toEqual([])
    await approvedComment(book)
    await settled()
    expect(sink.taken).toHaveLength(1)
  })

  it('an import of a post sends no mails, however new it is, and one that it has planned does when it is out', async () => {
    const { book, sink, service, settled } = await begin()
    await (await service.as(reader))
      .put('/preferences')
      .send({ mail: ['post'] })
      .expect(200)
    const now = book.clock.now().toISOString()
    const times = { createdAt: now, updatedAt: now }
    const [brought, planned] = [
      '01920000-0000-7000-8000-00000000ab01',
      '01920000-0000-7000-8000-00000000ab02',
    ]
    await book.publish(
      postCreated({ id: brought, slug: 'brought', ...times, publishedAt: now, imported: true }),
    )
    await book.publish(
      draftCreated({ id: planned, slug: 'planned', ...times, publishAt: now, imported: true }),
      postUpdated({ id: brought, slug: 'brought', ...times, publishedAt: now, title: 'Changed' }),
    )
    await settled()
    expect(sink.taken).toEqual([])
    await book.publish(postUpdated({ id: planned, slug: 'planned', ...times, publishedAt: now }))
    await settled()
    expect(subjects(sink.taken).map(([to]) => to)).toEqual([reader.id])
  })

  it('one of two instances alone sends the mails', async () => {
    const { book, sink, service, config } = await begin()
    const other = bootNotifications({ ...book, config })
    await other.read(book.store.head)
    for (let n = 0; n < 5; n++) await approvedComment(book)
    await Promise.all([service.settled(book.store.head), other.settled(book.store.head)])
    expect(sink.taken).toHaveLength(5)
    expect(await book.ofType('NotificationsClaimed')).toHaveLength(5)
  })
})

describe('a service that was away', () => {
  it('a service that was away sends the mails it missed, once', async () => {
    const book = logbook()
    await populate(book)
    const sink = await sinkOfTest()
    const [db, outboxDb] = [openView, openOutbox]
    const folder = await import('node:fs').then(({ mkdtempSync }) => mkdtempSync('/tmp/notifications-'))
    const files = () => ({ db: db(`${folder}/view.sqlite`), outboxDb: outboxDb(`${folder}/outbox.sqlite`) })
    const config = { smtp: sink.smtp }
    const first = bootNotifications({ ...book, config, ...files() })
    await first.read(book.store.head)
    await (await first.as(author))
      .put('/preferences')
      .send({ mail: ['comment'] })
      .expect(200)
    await first.read(book.store.head)
    await first.close()
    await approvedComment(book)
    const second = bootNotifications({ ...book, config, ...files() })
    await second.settled(book.store.head)
    await second.close()
    const third = bootNotifications({ ...book, config, ...files() })
    await third.settled(book.store.head)
    expect(sink.taken).toHaveLength(1)
  })
})

describe('held comments and verdicts', () => {
  it('moderators are notified of held comments, and authors of the verdict', async () => {
    const { book, sink, service, settled } = await begin()
    for (const each of [moderator, owner])
      await (await service.as(each))
        .put('/preferences')
        .send({ mail: ['held'] })
        .expect(200)
    await service.read(book.store.head)
    const { commentCreated } = await import('@logbook/contracts/examples/comments.ts')
    const id = '01920000-0000-7000-8000-00000000cc02'
    const said = { id, postId, authorId: reader.id, createdAt: book.clock.now().toISOString() }
    await book.publish(commentCreated(said))
    await book.publish(
      commentModerated({
        id,
        postId,
        status: 'pending',
        revision: 1,
        by: { kind: 'rule', rule: 'links', rulesVersion: 0 },
      }),
    )
    await settled()
    expect(sink.taken.map(({ to }) => to.split('@')[0]).sort()).toEqual([moderator.id, owner.id].sort())
    await book.publish(commentUpdated({ ...said, status: 'approved' }))
    await settled()
    const ofReader = sink.taken.filter(({ to }) => to.startsWith(reader.id))
    expect(subjects(ofReader)[0]?.[1]).toContain('published')
  })
})
