import { generateKeyPairSync } from 'node:crypto'
import { postCreated } from '@logbook/contracts/examples/posts.ts'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { author, begun, bootNotifications, logbook, owner, populate, reader, startMailSink } from './boot.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

const begin = async () => {
  const book = logbook()
  await populate(book)
  const sink = await startMailSink()
  onTestFinished(sink.close)
  const dkim = { domain: 'blog.example', selector: 'logbook', privateKey }
  const service = bootNotifications({ ...book, config: { smtp: sink.smtp, dkim } })
  await service.read(book.store.head)
  const subscribe = async (email: string, scope: object = { kind: 'blog' }) =>
    service.agent().post('/mail-subscriptions').send({ email, scope })
  let posts = 0
  return {
    ...{ book, sink, service, subscribe },
    settled: () => service.settled(book.store.head),
    write: async (tags: string[] = []) => {
      posts++
      await book.publish(
        postCreated({
          ...{
            id: `01920000-0000-7000-8000-00000000ab0${posts}`,
            slug: `news-${posts}`,
            title: `News ${posts}`,
            tags,
          },
          ...{ status: 'published', kind: 'post', authorId: author.id, publishedAt: begun, createdAt: begun },
        }),
      )
      await service.settled(book.store.head)
    },
  }
}

/** What a link in a mail shows, after the path of its page. */
const linkIn = (text: string, page: string): Record<string, string> => {
  const [, query = ''] = new RegExp(`https://blog\\.example/${page}\\?([^\\s"<>]+)`).exec(text) ?? []
  return Object.fromEntries(new URLSearchParams(query.replaceAll('&amp;', '&')))
}

const confirmed = async (
  { sink, service, subscribe, settled }: Awaited<ReturnType<typeof begin>>,
  scope?: object,
) => {
  await subscribe('heron@example.org', scope).then(({ status }) => expect(status).toBe(202))
  await settled()
  const link = linkIn(sink.taken.at(-1)?.text ?? '', 'confirm-subscription')
  await service.agent().post('/mail-subscriptions/confirm').send(link).expect(200)
  await settled()
  sink.taken.length = 0
  return link
}

describe('an address that subscribes', () => {
  it('an address that subscribes gets one mail to confirm and no other before it has', async () => {
    const blog = await begin()
    const { sink, subscribe, settled, write, service } = blog
    const first = await subscribe('Heron@Example.org')
    const second = await subscribe('heron@example.org')
    expect([first.status, first.body]).toEqual([second.status, second.body])
    await settled()
    await write()
    expect(sink.taken.map(({ to, subject }) => [to, subject.split(':')[0]])).toEqual([
      ['heron@example.org', 'Confirm'],
    ])
    const link = linkIn(sink.taken[0]?.text ?? '', 'confirm-subscription')
    await service
      .agent()
      .post('/mail-subscriptions/confirm')
      .send({ ...link, token: `${link.token}x` })
      .expect(403)
    await service.agent().post('/mail-subscriptions/confirm').send(link).expect(200)
    await settled()
    await write()
    expect(sink.taken.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^Confirm/), 'News 2'])
    // Who is subscribed already learns no more than anyone.
    expect((await subscribe('heron@example.org')).body).toEqual(first.body)
    await settled()
    expect(sink.taken).toHaveLength(2)
  })

  it.each(['a@b.example, c@d.example', 'a@b.example\r\nBcc: c@d.example', '<a@b.example>', ''])(
    'a subscription takes one mail address alone: %j is refused, and the problem names the field',
    async (email) => {
      const { subscribe } = await begin()
      const { status, body } = await subscribe(email)
      expect([status, body.code, body.errors[0].path]).toEqual([422, 'invalid', 'email'])
    },
  )

  it('a subscriber of a tag gets the posts with that tag alone, and is counted for the owner', async () => {
    const blog = await begin()
    await confirmed(blog, { kind: 'tag', tag: 'birds' })
    await blog.write(['Trains'])
    await blog.write(['Birds'])
    expect(blog.sink.taken.map(({ subject }) => subject)).toEqual(['News 2'])
    const { body } = await (await blog.service.as(owner)).get('/subscribers').expect(200)
    expect(body).toMatchObject({ blog: 0, tags: [{ tag: 'birds', count: 1 }], waiting: 0 })
    await (await blog.service.as(reader)).get('/subscribers').expect(403)
  })
})

describe('a mail to a subscriber', () => {
  it('a mail has a one-click unsubscribe by RFC 8058, covered by its DKIM signature', async () => {
    const blog = await begin()
    await confirmed(blog)
    await blog.write()
    const [mail] = blog.sink.taken
    const { results } = await dkimVerify(Buffer.from(mail?.message ?? '', 'latin1'), {
      resolver: async () => [[`v=DKIM1; k=rsa; p=${publicKey.toString('base64')}`]],
    })
    expect(results[0]?.status.result).toBe('pass')
    const signed = results[0]?.signingHeaders?.keys.toLowerCase() ?? ''
    for (const name of ['list-unsubscribe', 'list-unsubscribe-post'])
      expect(signed.split(/[:;,\s]+/)).toContain(name)
    const head = (mail?.message ?? '').replaceAll(/\r\n(?=[ \t])/g, '')
    expect(head).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
    const [, url = ''] = /^List-Unsubscribe: *<(.*)>\r$/m.exec(head) ?? []
    const path = url.replace('https://blog.example/api/notifications', '')
    const oneClick = (type: string, body: string) =>
      blog.service.agent().post(path).set('Content-Type', type).send(body)
    // Fetching the link ends nothing: it leads to a page.
    await blog.service.agent().get(path).expect(303)
    await oneClick('application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click').expect(200)
    await oneClick('multipart/form-data; boundary=x', '--x--').expect(200)
    await blog.settled()
    await blog.write()
    expect(blog.sink.taken).toHaveLength(1)
  })

  it('a subscription is ended by its own link alone', async () => {
    const blog = await begin()
    const link = await confirmed(blog)
    const wrong = new URLSearchParams({ ...link, token: 'x'.repeat(32) })
    await blog.service.agent().post(`/unsubscribe?${wrong}`).expect(403)
    await blog.write()
    expect(blog.sink.taken).toHaveLength(1)
  })

  it('a subscription whose address bounces is ended, and owners are notified', async () => {
    const book = logbook()
    await populate(book)
    let isGone = false
    const sink = await startMailSink({ recipient: () => (isGone ? 550 : undefined) })
    onTestFinished(sink.close)
    const service = bootNotifications({ ...book, config: { smtp: sink.smtp } })
    await service.read(book.store.head)
    const settled = () => service.settled(book.store.head)
    await service
      .agent()
      .post('/mail-subscriptions')
      .send({ email: 'gone@example.org', scope: { kind: 'blog' } })
    await settled()
    const link = linkIn(sink.taken[0]?.text ?? '', 'confirm-subscription')
    await service.agent().post('/mail-subscriptions/confirm').send(link).expect(200)
    await settled()
    isGone = true
    await book.publish(
      postCreated({
        id: '01920000-0000-7000-8000-00000000ab01',
        slug: 'news',
        status: 'published',
        kind: 'post',
        publishedAt: begun,
      }),
    )
    await settled()
    await settled()
    expect((await (await service.as(owner)).get('/inbox')).body.notes).toMatchObject([
      { kind: 'bounced' },
      { kind: 'person' },
    ])
    expect((await (await service.as(owner)).get('/subscribers')).body.blog).toBe(0)
    expect((await service.health()).complaints).toMatchObject([{ reason: 'mail' }])
  })
})

describe('a person who ended their mails by a link', () => {
  it('a person who unsubscribed by a link gets mails again once they choose mails, and not for muting a post or a time zone', async () => {
    const { service, sink, settled, write } = await begin()
    const choose = async (wanted: object) => {
      const { body } = await (await service.as(reader)).put('/preferences').send(wanted).expect(200)
      await settled()
      return body
    }
    await choose({ mail: ['post'] })
    await write()
    const link = new URLSearchParams(linkIn(sink.taken[0]?.text ?? '', 'unsubscribe'))
    await service.agent().post(`/unsubscribe?${link}`).expect(200)
    await settled()
    const mutedPosts = ['01920000-0000-7000-8000-00000000ab01']
    for (const wanted of [{ mutedPosts }, { mutedPosts }, { timeZone: 'Europe/Berlin' }])
      expect(await choose(wanted)).toMatchObject({ mutedPosts, isMailEnded: true })
    await write()
    expect(sink.taken).toHaveLength(1)
    expect(await choose({ mail: ['post'] })).toMatchObject({ mutedPosts, isMailEnded: false })
    await write()
    expect(sink.taken).toHaveLength(2)
  })
})
