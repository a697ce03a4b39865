import { Problem } from '@logbook/chassis/problem.ts'
import { allEvents } from '@logbook/chassis/testing/test-log.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import type { ImportPost } from '@logbook/contracts/http/posts.ts'
import { describe, expect, it, vi } from 'vitest'
import { bootPosts } from './boot.ts'

const item = (over: Partial<ImportPost> = {}): ImportPost => ({
  key: 'blog:1',
  title: 'An old post',
  content: 'Text.',
  excerpt: null,
  tags: ['old'],
  kind: 'post',
  status: 'published',
  authorName: 'Someone',
  createdAt: '2004-02-29T12:00:00Z',
  publishedAt: '2004-03-01T12:00:00.000Z',
  ...over,
})

describe('POST /imports', () => {
  it('an import keeps dates, slug, kind and status, and a second one changes nothing', async () => {
    const { http, bus } = await bootPosts()
    const items = [
      item({ slug: 'kept' }),
      item({ key: 'blog:2', kind: 'page', status: 'draft', publishedAt: null }),
      item({ key: 'blog:3', publishedAt: null }),
    ]
    const first = await http.post('/imports').send(items)
    expect(first.status).toBe(200)
    expect(first.body.map(({ outcome, key }: never) => [outcome, key])).toEqual([
      ['imported', 'blog:1'],
      ['imported', 'blog:2'],
      ['imported', 'blog:3'],
    ])
    const created = (await allEvents(bus)).filter(({ type }) => type === 'PostCreated')
    expect(created.map(({ data }) => data)).toMatchObject([
      {
        id: first.body[0].id,
        slug: 'kept',
        createdAt: '2004-02-29T12:00:00.000Z',
        publishedAt: '2004-03-01T12:00:00.000Z',
      },
      { slug: 'an-old-post', kind: 'page', status: 'draft', publishedAt: null },
      { slug: 'an-old-post-2', publishedAt: '2004-02-29T12:00:00.000Z' },
    ])
    const length = (await allEvents(bus)).length
    const again = await http.post('/imports').send(items)
    expect(again.body).toEqual(first.body.map((each: object) => ({ ...each, outcome: 'unchanged' })))
    expect(await allEvents(bus)).toHaveLength(length)
  })

  it('an import keeps the time of the last change, and the time at which a draft is to be published', async () => {
    const { http, bus, clock } = await bootPosts()
    const ahead = (ms: number) => new Date(clock.now().getTime() + ms).toISOString()
    const draft = { status: 'draft', publishedAt: null } as const
    const { body } = await http.post('/imports').send([
      item({ updatedAt: '2011-01-01T00:00:00Z' }),
      item({ key: 'blog:2', ...draft, publishAt: ahead(1_000), updatedAt: '2004-03-01T00:00:00.000Z' }),
      item({ key: 'blog:3', ...draft, publishAt: ahead(-1) }),
      item({ key: 'blog:4', ...draft, publishAt: null }),
      // The post itself is of a time that is yet to come.
      item({ key: 'blog:5', publishedAt: '2950-01-01T00:00:00Z', updatedAt: '2950-01-01T00:00:00Z' }),
    ])
    expect(body.map(({ outcome }: { outcome: string }) => outcome)).toEqual(Array(5).fill('imported'))
    const created = (await allEvents(bus)).filter(({ type }) => type === 'PostCreated')
    const times = created.map(({ data }) => data as { updatedAt: string; publishAt?: string })
    expect(times.map(({ updatedAt, publishAt }) => [updatedAt, publishAt])).toEqual([
      ['2011-01-01T00:00:00.000Z', undefined],
      ['2004-03-01T00:00:00.000Z', ahead(1_000)],
      ['2004-02-29T12:00:00.000Z', undefined],
      ['2004-02-29T12:00:00.000Z', undefined],
      ['2950-01-01T00:00:00.000Z', undefined],
    ])
    const [listed] = (await http.get('/posts')).body
    expect(listed).not.toHaveProperty('imported')
  })

  it.each<[string, object]>([
    ['updatedAt', { updatedAt: 'yesterday' }],
    ['updatedAt', { updatedAt: '-000001-01-01T00:00:00Z' }],
    ['updatedAt', { updatedAt: '9999-01-01T00:00:00Z' }],
    ['updatedAt', { updatedAt: null }],
    ['publishAt', { status: 'draft', publishedAt: null, publishAt: 'soon' }],
    ['publishAt', { status: 'draft', publishedAt: null, publishAt: '2026-13-01T00:00:00Z' }],
    ['publishAt', { publishAt: '2950-01-01T00:00:00Z' }],
    ['imported', { imported: true }],
  ])('an import refuses a post whose %s is none, by its name: %j', async (name, wrong) => {
    const { http } = await bootPosts()
    const { body } = await http.post('/imports').send([{ ...item(), ...wrong }, item({ key: 'blog:2' })])
    expect(body.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['refused', 'imported'])
    expect(body[0].reason).toContain(name)
  })

  it('an import does not restore a post that was deleted here', async () => {
    const { http } = await bootPosts()
    const { body } = await http.post('/imports').send([item()])
    await http.delete(`/posts/${body[0].id}`)
    expect((await http.post('/imports').send([item()])).body[0].outcome).toBe('unchanged')
  })

  it('importing an existing post again takes no slug from another post, whatever its title is now', async () => {
    const { http } = await bootPosts()
    await http.post('/imports').send([item()])
    const again = await http.post('/imports').send([item({ title: 'New name', slug: 'other' })])
    expect(again.body[0].outcome).toBe('unchanged')
    expect((await http.post('/posts').send({ title: 'Other' })).body.slug).toBe('other')
  })

  it('an invalid item is refused by itself, with the name of the field', async () => {
    const { http } = await bootPosts()
    const { body } = await http
      .post('/imports')
      .send([item({ title: '' }), item(), { ...item({ key: 'blog:2' }), createdAt: 'yesterday' }, null, 7])
    expect(body.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'refused',
      'imported',
      'refused',
      'refused',
      'refused',
    ])
    expect(body[0].reason).toContain('title: ')
    expect(body[2]).toMatchObject({ key: 'blog:2' })
    expect(body[2].reason).toContain('createdAt: ')
    expect(body[3].key).toBe('')
  })

  it('imported posts are appended in the order of the items, though they wait for each other', async () => {
    const { http, bus } = await bootPosts()
    const items = Array.from({ length: 30 }, (_, n) => item({ key: `blog:${n}`, title: `Post ${30 - n}` }))
    await http.post('/imports').send(items)
    const created = (await allEvents(bus)).filter(({ type }) => type === 'PostCreated')
    expect(created.map(({ data }) => (data as { title: string }).title)).toEqual(
      items.map(({ title }) => title),
    )
  })

  it('a key that is sent twice is imported once, even within one request', async () => {
    const { http } = await bootPosts()
    const { body } = await http.post('/imports').send([item(), item()])
    expect(body.map(({ outcome }: { outcome: string }) => outcome).sort()).toEqual(['imported', 'unchanged'])
  })

  it('the new posts of a request are appended together, each with its own slug', async () => {
    const { http, bus } = await bootPosts()
    const append = vi.spyOn(bus, 'append')
    const items = Array.from({ length: 5 }, (_, n) => item({ key: `blog:${n}` }))
    await http.post('/imports').send(items)
    expect(append).toHaveBeenCalledTimes(1)
    const created = (await allEvents(bus)).filter(({ type }) => type === 'PostCreated')
    expect(created.map(({ data }) => (data as { slug: string }).slug)).toEqual([
      'an-old-post',
      ...[2, 3, 4, 5].map((n) => `an-old-post-${n}`),
    ])
  })

  it('an import takes the maximum number of items, and no more', async () => {
    const { http } = await bootPosts()
    const items = Array.from({ length: bounds.importItemsMax + 1 }, (_, n) => item({ key: `blog:${n}` }))
    expect((await http.post('/imports').send(items)).status).toBe(422)
    const { body } = await http.post('/imports').send(items.slice(1))
    expect(new Set(body.map(({ id }: { id: string }) => id)).size).toBe(bounds.importItemsMax)
  })

  it.each(['{}', 'null', '"text"', '{"0":{}}'])('an import that is no list is refused: %s', async (body) => {
    const { url, authorization } = await bootPosts()
    const headers = { 'Content-Type': 'application/json', Authorization: authorization }
    expect((await fetch(`${url}/imports`, { method: 'POST', headers, body })).status).toBe(422)
  })
})

describe('fields of an imported post', () => {
  it('an imported post keeps its cover, closed comments and former addresses, and its author can change the first two', async () => {
    const { http } = await bootPosts()
    const brought = {
      cover: 'https://old.example/a.jpg',
      commentsClosed: true,
      formerAddresses: ['/2004/02/an-old-post/'],
    }
    const { body } = await http.post('/imports').send([item(brought)])
    const path = `/posts/${body[0].id}`
    expect((await http.get(path)).body).toMatchObject(brought)
    const changed = await http.patch(path).send({ cover: '/b.jpg', commentsClosed: false })
    expect(changed.body).toMatchObject({ ...brought, cover: '/b.jpg', commentsClosed: false })
    expect((await http.get(`${path}/history`)).body[0]).toMatchObject({
      changed: ['cover', 'commentsClosed'],
      says: expect.stringMatching(/cover changed; comments opened$/),
    })
    expect((await http.get(`${path}/diff?from=1`)).body.fields.map(({ field }: never) => field)).toEqual([
      'cover',
      'commentsClosed',
    ])
    expect((await http.patch(path).send({ formerAddresses: [] })).status).toBe(422)
  })

  it.each([
    ['cover', 'javascript:alert(1)'],
    ['cover', '//old.example/a.jpg'],
    ['cover', '/\\\\old.example'],
    ['cover', '/a"b'],
    ['cover', 'data:image/png;base64,AA'],
    ['cover', ''],
    ['commentsClosed', 'yes'],
  ])(
    'an invalid value of an imported post is refused with the name of its field: %s %s',
    async (field, value) => {
      const { http } = await bootPosts()
      const { status, body } = await http.post('/posts').send({ title: 'T', [field]: value })
      expect(status).toBe(422)
      expect(body.errors[0].path).toBe(field)
    },
  )
})

describe('POST /imports/addresses', () => {
  const wanted = (key: string, slug?: string) => ({
    key,
    title: 'About us',
    ...(slug === undefined ? {} : { slug }),
  })
  const slugsOf = (body: { slug: string }[]) => body.map(({ slug }) => slug)

  it('each text is promised an address, and gets it when it is imported', async () => {
    const { http } = await bootPosts()
    await http.post('/posts').send({ title: 'About', slug: 'about' })
    const asked = [wanted('a', 'about'), wanted('b', 'about'), wanted('c'), wanted('d', 'about-us')]
    const { body } = await http.post('/imports/addresses').send(asked)
    expect(slugsOf(body)).toEqual(['about-2', 'about-3', 'about-us', 'about-us-2'])
    const items = asked.map(({ key }, index) => item({ key, slug: body[index].slug })).reverse()
    const came = await http.post('/imports').send(items)
    expect(came.body.map(({ id }: { id: string }) => id).reverse()).toEqual(
      body.map(({ id }: { id: string }) => id),
    )
    for (const { id, slug } of body) expect((await http.get(`/posts/${id}`)).body.slug).toBe(slug)
  })

  it('promises are made without reading the log for each post, and know the posts that came just before', async () => {
    const { http, bus } = await bootPosts()
    const readStream = vi.spyOn(bus, 'readStream')
    const items = Array.from({ length: 30 }, (_, n) => item({ key: `blog:${n}`, slug: `kept-${n}` }))
    await http.post('/imports').send(items.slice(0, 20))
    const asked = items.map(({ key }) => wanted(key, 'other'))
    const { body } = await http.post('/imports/addresses').send(asked)
    expect(slugsOf(body).slice(0, 20)).toEqual(items.slice(0, 20).map(({ slug }) => slug))
    expect(slugsOf(body).slice(20, 22)).toEqual(['other', 'other-2'])
    expect(readStream).not.toHaveBeenCalled()
  })

  it('an address is promised once, and to one post alone', async () => {
    const { http } = await bootPosts()
    const first = await http.post('/imports/addresses').send([wanted('a', 'about')])
    expect((await http.post('/posts').send({ title: 'About' })).body.slug).toBe('about-2')
    expect((await http.post('/imports/addresses').send([wanted('a', 'about')])).body).toEqual(first.body)
  })

  it('an address stays promised while the log is unavailable, also for a post that is imported beside an existing one', async () => {
    const { http, bus } = await bootPosts()
    await http.post('/imports').send([item({ key: 'here', slug: 'here' })])
    const [{ slug }] = (await http.post('/imports/addresses').send([wanted('a', 'about')])).body
    vi.spyOn(bus, 'append').mockRejectedValueOnce(new Problem('unavailable'))
    const items = [item({ key: 'here', slug: 'here' }), item({ key: 'a', slug })]
    expect((await http.post('/imports').send(items)).status).toBe(503)
    expect((await http.post('/posts').send({ title: 'About' })).body.slug).toBe('about-2')
    const { body } = await http.post('/imports').send(items)
    expect(body.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['unchanged', 'imported'])
    expect((await http.get(`/posts/${body[1].id}`)).body.slug).toBe(slug)
  })

  it('the promised address of an existing post is its present one', async () => {
    const { http } = await bootPosts()
    const { body } = await http.post('/imports').send([item({ slug: 'old' })])
    await http.patch(`/posts/${body[0].id}`).send({ slug: 'new' })
    expect(slugsOf((await http.post('/imports/addresses').send([wanted('blog:1', 'old')])).body)).toEqual([
      'new',
    ])
  })
})
