import { randomUUID } from 'node:crypto'
import { postUpdated } from '@logbook/contracts/examples/posts.ts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { author, bootNotifications, logbook, owner, populate, postId, startMailSink } from './boot.ts'

const begin = async () => {
  const book = logbook()
  await populate(book)
  const sink = await startMailSink()
  onTestFinished(sink.close)
  const service = bootNotifications({ ...book, config: { smtp: sink.smtp } })
  await service.read(book.store.head)
  return { book, sink, service }
}

describe('a newsletter', () => {
  const subscribed = async () => {
    const blog = await begin()
    const { book, service, sink } = blog
    const settled = () => service.settled(book.store.head)
    await service
      .agent()
      .post('/mail-subscriptions')
      .send({ email: 'heron@example.org', scope: { kind: 'blog' } })
    await settled()
    const [, query = ''] = /confirm-subscription\?([^\s"]+)/.exec(sink.taken[0]?.text ?? '') ?? []
    const link = Object.fromEntries(new URLSearchParams(query.replaceAll('&amp;', '&')))
    await service.agent().post('/mail-subscriptions/confirm').send(link).expect(200)
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

  it('a newsletter is the rendered post with absolute addresses, in the preview as in the test mail', async () => {
    const { book, sink, settled, asOwner } = await subscribed()
    const content = '**Bold**, [a link](/about).\n\n![A heron](/h.jpg)\n\n<script>alert(1)</script>'
    await book.publish(postUpdated({ id: postId, slug: 'first', title: 'The first', content }))
    await settled()
    const { body } = await asOwner.get(`/newsletters/${postId}`).expect(200)
    const { html, text } = body.preview
    expect(html).toContain('<strong>Bold</strong>, <a href="https://blog.example/about">a link</a>')
    expect(html).toContain('src="https://blog.example/h.jpg"')
    expect(html).not.toContain('<script')
    expect(text).toContain('Bold, a link (https://blog.example/about).\n\n[A heron]')
    const shown = await asOwner.get(`/newsletters/${postId}/mail`).expect(200)
    expect([shown.text, shown.headers['content-security-policy']]).toEqual([
      html,
      expect.stringContaining('sandbox'),
    ])
    await asOwner.post(`/newsletters/${postId}/test`).send({}).expect(202)
    await settled()
    const [mail] = sink.taken
    expect(mail?.text.replaceAll('\r\n', '\n')).toContain(html.trim())
  })

  it('a newsletter is sent by owners alone, of a published post alone', async () => {
    const { service, asOwner } = await subscribed()
    await (await service.as(author)).post(`/newsletters/${postId}/send`).send({}).expect(403)
    await asOwner.post(`/newsletters/${randomUUID()}/send`).send({}).expect(404)
  })
})
