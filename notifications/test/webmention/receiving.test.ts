import { gzipSync } from 'node:zlib'
import { callers } from '@logbook/chassis/testing/access.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { draftCreated, postCreated, postUpdated, slugReserved } from '@logbook/contracts/examples/posts.ts'
import { describe, expect, it, vi } from 'vitest'
import { begun, bootNotifications, logbook, populate, postId } from '../boot.ts'
import { type Pages, startWeb } from './web.ts'

const target = 'https://blog.example/posts/first'
const linking = (text = 'Herons') =>
  `<div class="h-entry"><b class="p-author">Ada</b><p class="e-content">${text} <a href="${target}">there</a></p></div>`

/** A blog with one post that another host can mention. */
const boot = async (pages: Pages = {}, mentionsAllow = ['loopback']) => {
  const web = await startWeb(pages)
  const book = logbook()
  await populate(book)
  await book.publish(slugReserved({ slug: 'first', postId }))
  const service = bootNotifications({ ...book, config: { mentionsAllow } })
  await service.read(book.store.head)
  const http = await service.as(callers.nobody)
  const send = (fields: Record<string, string>) => http.post('/webmention').type('form').send(fields)
  const mention = async (path: string, to = target) => {
    const { headers } = await send({ source: `${web.url}${path}`, target: to }).expect(202)
    const status = new URL(headers.location ?? '').pathname
    const ask = async () => (await http.get(status).expect(200)).body
    return vi.waitFor(async () => {
      const body = await ask()
      if (body.status === 'waiting') throw new Error('it waits')
      return body
    })
  }
  const said = async () =>
    (await book.events())
      .filter(({ type }) => type.startsWith('Mention'))
      .map(({ type, data }) => ({ type, data: data as EventData<'MentionFound'> }))
  return { web, book, service, http, send, mention, said }
}

describe('a mention that is sent', () => {
  it('is found at its page, with who says what, and again only when that changes', async () => {
    const { web, mention, said } = await boot({ '/note': linking() })
    expect(await mention('/note')).toEqual({
      ...{ status: 'accepted', reason: null, target, source: `${web.url}/note` },
    })
    await mention('/note')
    web.pages['/note'] = linking('*Herons* again')
    await mention('/note#part')
    const events = await said()
    expect(events.map(({ data }) => data)).toMatchObject([
      { postId, author: { name: 'Ada', url: `${web.url}/note` }, content: 'Herons there' },
      { content: '\\*Herons\\* again there' },
    ])
    expect(new Set(events.map(({ data }) => data.commentId)).size).toBe(1)
  })

  it('is removed when its page is gone or links there no longer, and is another comment when it is back', async () => {
    const { web, mention, said } = await boot({ '/note': linking() })
    await mention('/note')
    web.pages['/note'] = '<p>Nothing</p>'
    expect(await mention('/note')).toMatchObject({ status: 'gone' })
    web.pages['/note'] = linking()
    await mention('/note')
    delete web.pages['/note']
    expect(await mention('/note')).toMatchObject({ status: 'gone' })
    const events = await said()
    expect(events.map(({ type }) => type)).toEqual([
      'MentionFound',
      'MentionGone',
      'MentionFound',
      'MentionGone',
    ])
    expect(new Set(events.map(({ data }) => data.commentId)).size).toBe(2)
  })

  it('is refused with 400 and the field that is wrong', async () => {
    const { web, book, send } = await boot()
    await book.publish(draftCreated({ id: '01920000-0000-7000-8000-00000000aa02', slug: 'draft' }))
    await book.publish(slugReserved({ slug: 'draft', postId: '01920000-0000-7000-8000-00000000aa02' }))
    const source = `${web.url}/note`
    const wrong: [string, Record<string, string>][] = [
      ['source', { target }],
      ['target', { source }],
      ['source', { source: 'ftp://other.example/a', target }],
      ['source', { source: 'https://a:b@other.example/', target }],
      ['source', { source: 'https://blog.example/posts/first', target }],
      ['target', { source, target: 'https://blog.example/' }],
      ['target', { source, target: 'https://blog.example/posts/none' }],
      ['target', { source, target: 'https://blog.example/posts/draft' }],
      ['target', { source, target: 'https://blog.example/posts/%E0%A4' }],
      ['target', { source, target: 'https://other.example/posts/first' }],
    ]
    for (const [path, fields] of wrong) {
      const { status, body } = await send(fields)
      expect([fields, status, body.code, body.errors[0].path]).toEqual([fields, 400, 'bad-form', path])
    }
    expect(web.asked).toEqual([])
  })

  it('may name a former address of the post, and none of one whose comments are closed', async () => {
    const { book, mention, send, web } = await boot({ '/note': linking() })
    await book.publish(slugReserved({ slug: 'before', postId }))
    const former = 'https://blog.example/posts/before'
    web.pages['/old'] = `<a href="${former}">x</a>`
    expect(await mention('/old', former)).toMatchObject({ status: 'accepted' })
    const { data } = postCreated()
    await book.publish(
      postUpdated({ ...data, id: postId, status: 'published', publishedAt: begun, commentsClosed: true }),
    )
    const { body } = await send({ source: `${web.url}/note`, target }).expect(400)
    expect(body.errors[0].path).toBe('target')
    delete web.pages['/old']
    expect(await mention('/old', former)).toMatchObject({ status: 'gone' })
  })

  it('waits where its page can not be fetched for now', async () => {
    const { web, book, mention, send, http, said } = await boot({ '/note': linking() })
    await mention('/note')
    let isAway = true
    web.pages['/note'] = (_, res) =>
      void res.writeHead(isAway ? 503 : 200, { 'Content-Type': 'text/html' }).end(linking('Back'))
    const { headers } = await send({ source: `${web.url}/note`, target })
    const { pathname } = new URL(headers.location ?? '')
    const count = () => web.asked.length
    await vi.waitFor(() => expect(count()).toBe(2))
    expect((await http.get(pathname)).body.status).toBe('waiting')
    isAway = false
    book.clock.pass(3_600_000)
    // Whatever comes wakes it.
    await mention('/other')
    await vi.waitFor(async () => expect((await http.get(pathname)).body.status).toBe('accepted'))
    expect(await said()).toHaveLength(2)
  })
})

describe('a hostile page', () => {
  const endless = 'x'.repeat(64 * 1024)
  const pages: Pages = {
    '/huge': (_, res) => {
      res.writeHead(200, { 'Content-Type': 'text/html' })
      const more = (): void => {
        while (!res.destroyed && res.write(endless));
        if (!res.destroyed) res.once('drain', more)
      }
      more()
    },
    '/bomb': (_, res) => {
      const body = gzipSync(Buffer.alloc(10_000_000, linking()))
      res.writeHead(200, { 'Content-Type': 'text/html', 'Content-Encoding': 'gzip' }).end(body)
    },
    '/picture': (_, res) => void res.writeHead(200, { 'Content-Type': 'image/png' }).end(linking()),
    '/loop': (_, res) => void res.writeHead(302, { Location: '/loop' }).end(),
    '/scheme': (_, res) => void res.writeHead(302, { Location: 'file:///etc/passwd' }).end(),
    '/private': (_, res) => void res.writeHead(302, { Location: 'http://10.0.0.1/' }).end(),
    '/forbidden': (_, res) => void res.writeHead(403).end(),
  }

  it.each([
    ['/huge', /more than 1048576 bytes/],
    ['/bomb', /compressed/],
    ['/picture', /not HTML/],
    ['/loop', /redirects more than 5 times/],
    ['/scheme', /not with file:/],
    ['/private', /10\.0\.0\.1/],
    ['/forbidden', /status 403/],
    ['/missing', /status 404/],
  ])('at %s says nothing in the log', async (path, reason) => {
    const { mention, said } = await boot(pages)
    expect(await mention(path)).toMatchObject({ status: 'refused', reason: expect.stringMatching(reason) })
    expect(await said()).toEqual([])
  })

  it('at an address of the blog’s own network is not asked for, nor one that redirects there', async () => {
    const { web, mention } = await boot({ '/note': linking() }, ['public'])
    expect(await mention('/note')).toMatchObject({ status: 'refused' })
    expect(web.asked).toEqual([])
  })

  it('of a host that sends too many is answered with 429 and Retry-After', async () => {
    const { web, send } = await boot()
    const statuses: number[] = []
    for (let n = 0; n < 40; n++) statuses.push((await send({ source: `${web.url}/${n}`, target })).status)
    expect(new Set(statuses)).toEqual(new Set([202, 429]))
    const { headers } = await send({ source: `${web.url}/41`, target }).expect(429)
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  })
})

it('a log that is read again fetches no page', async () => {
  const { web, book, mention, service } = await boot({ '/note': linking() })
  await mention('/note')
  await service.close()
  const again = bootNotifications({ ...book, config: { mentionsAllow: ['loopback'] } })
  await again.settled(book.store.head)
  expect(web.asked).toHaveLength(1)
})
