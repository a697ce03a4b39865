import { deletedUpdated, draftUpdated, postCreated, postUpdated } from '@logbook/contracts/examples/posts.ts'
import { userRegistered } from '@logbook/contracts/examples/users.ts'
import { describe, expect, it } from 'vitest'
import { author, begun, bootNotifications, logbook, openOutbox, populate } from '../boot.ts'
import { type Pages, startWeb } from './web.ts'

const id = '01920000-0000-7000-8000-00000000aa09'
const source = 'https://blog.example/posts/linking'
const taking: Pages = {
  '/note': '<link rel="webmention" href="/take">',
  '/take': (_, res) => void res.writeHead(202).end(),
}

/** A blog that follows its log, beside another site. */
const boot = async (pages: Pages = {}, mentionsAllow = ['loopback']) => {
  const web = await startWeb({ ...taking, ...pages })
  const book = logbook()
  await populate(book)
  const outboxDb = openOutbox()
  const service = bootNotifications({ ...book, outboxDb, config: { mentionsAllow } })
  await service.read(book.store.head)
  const at = () => book.clock.now().toISOString()
  const post = (content: string) => ({
    ...{ id, slug: 'linking', title: 'Linking', kind: 'post' as const, tags: [], content },
    ...{ authorId: author.id, authorName: author.name, createdAt: at(), updatedAt: at(), publishedAt: at() },
  })
  let wakes = 0
  /** Passes the time in which changes settle, and wakes the senders. */
  const settled = async () => {
    await service.read(book.store.head)
    book.clock.pass(60_000)
    const name = `Person ${++wakes}`
    await book.publish(
      userRegistered({ id: `01920000-0000-7000-8000-0000000bb0${10 + wakes}`, name, registeredAt: begun }),
    )
    await service.settled(book.store.head)
  }
  const told = () =>
    web.asked.flatMap(({ method, path, body }) => (method === 'POST' ? [`${path} ${body}`] : []))
  const form = (target: string) => `/take ${new URLSearchParams({ source, target })}`
  const listed = async () => (await (await service.as(author)).get(`/mentions/${id}`).expect(200)).body
  return { web, book, service, post, settled, told, form, listed }
}

describe('a page that a post links to', () => {
  it('is told once when the post is published, and the writer sees it', async () => {
    const { web, book, post, settled, told, form, listed } = await boot()
    const links = `[one](${web.url}/note) \`${web.url}/code\` <${web.url}/none> [own](https://blog.example/posts/first)`
    await book.publish(postCreated(post(links)))
    await settled()
    await settled()
    expect(told()).toEqual([form(`${web.url}/note`)])
    expect(web.asked.map(({ path }) => path)).not.toContain('/code')
    expect(await listed()).toMatchObject([
      { target: `${web.url}/none`, status: 'none', reason: 'The page takes no mentions.' },
      { target: `${web.url}/note`, status: 'sent', reason: null },
    ])
  })

  it('is told of several edits once, when a link is added and taken away, and when the post is a draft again or deleted', async () => {
    const { web, book, service, post, settled, told, form } = await boot({ '/more': taking['/note'] ?? '' })
    const [note, more] = [`${web.url}/note`, `${web.url}/more`]
    await book.publish(postCreated(post(`<${note}>`)))
    await service.read(book.store.head)
    expect(told()).toEqual([])
    await book.publish(postUpdated(post(`<${note}> again`)), postUpdated(post(`<${note}> and <${more}>`)))
    await settled()
    expect(told().toSorted()).toEqual([form(more), form(note)])
    await book.publish(postUpdated(post('no link')))
    await settled()
    expect(told()).toHaveLength(4)
    await book.publish(postUpdated({ ...post('no link'), tags: ['Other'] }))
    await settled()
    expect(told()).toHaveLength(4)
    await book.publish(postUpdated(post(`<${note}>`)))
    await book.publish(draftUpdated({ ...post(`<${note}>`), publishedAt: begun }))
    await settled()
    expect(told()).toHaveLength(6)
    await book.publish(deletedUpdated({ id, slug: 'linking' }))
    await settled()
    expect(told()).toHaveLength(6)
  })

  it('is told again later where its endpoint is away, and the message is parked where it is refused', async () => {
    let status = 503
    const { web, book, service, post, settled, told, listed } = await boot({
      '/take': (_, res) => void res.writeHead(status).end(),
    })
    await book.publish(postCreated(post(`<${web.url}/note>`)))
    await settled()
    expect(told()).toHaveLength(1)
    status = 400
    await settled()
    expect(told()).toHaveLength(2)
    expect(await listed()).toMatchObject([{ status: 'failed', reason: expect.stringContaining('400') }])
    expect(await service.parked?.list(10)).toMatchObject([{ reason: 'HTTP 400' }])
  })

  it('is not asked for in the blog’s own network, by its address or by that of its endpoint', async () => {
    const { web, book, post, settled, listed } = await boot({}, ['public'])
    await book.publish(postCreated(post(`<${web.url}/note>`)))
    await settled()
    expect(web.asked).toEqual([])
    expect(await listed()).toMatchObject([{ status: 'failed' }])
    const other = await boot({ '/inside': '<link rel="webmention" href="http://10.0.0.1/take">' })
    await other.book.publish(postCreated(other.post(`<${other.web.url}/inside>`)))
    await other.settled()
    expect(await other.service.parked?.list(10)).toMatchObject([{ reason: 'not-allowed' }])
  })

  it('is told nothing by an imported post, nor by a log that is read again', async () => {
    const { web, book, service, post, settled, told } = await boot()
    const [createdAt, now] = ['2020-01-01T00:00:00.000Z', post('').updatedAt]
    const times = { createdAt, publishedAt: createdAt, updatedAt: createdAt }
    const old = { ...post(`<${web.url}/note>`), ...times }
    await book.publish(postCreated(old))
    const brought = { ...post(`<${web.url}/note>`), id: '01920000-0000-7000-8000-00000000aa09' }
    await book.publish(postCreated({ ...brought, imported: true }))
    // Pictures of it came.
    const illustrated = { content: `![](/api/media/a) <${web.url}/note>` }
    await book.publish(postUpdated({ ...old, ...illustrated }))
    await book.publish(postUpdated({ ...brought, ...illustrated, imported: true }))
    await settled()
    expect(told()).toEqual([])
    await book.publish(postUpdated({ ...old, updatedAt: now, content: `New: <${web.url}/note>` }))
    await settled()
    expect(told()).toHaveLength(1)
    await service.close()
    const again = bootNotifications({ ...book, config: { mentionsAllow: ['loopback'] } })
    await again.settled(book.store.head)
    expect(told()).toHaveLength(1)
  })
})
