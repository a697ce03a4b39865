import { callers } from '@logbook/chassis/testing/access.ts'
import { allEvents, readingAfter } from '@logbook/chassis/testing/test-log.ts'
import { describe, expect, it } from 'vitest'
import { bootPosts } from './boot.ts'

const unknownId = '01920000-0000-7000-8000-00000000dead'

describe('POST /posts', () => {
  it('a title alone is published as a post', async () => {
    const { http } = await bootPosts()
    const answer = await http.post('/posts').send({ title: ' Hello, World ' })
    expect(answer.status).toBe(201)
    expect(answer.headers).toMatchObject({
      location: `/posts/${answer.body.id}`,
      etag: '"1"',
      position: '2',
    })
    expect(answer.body).toEqual({
      id: answer.body.id,
      kind: 'post',
      status: 'published',
      slug: 'hello-world',
      title: 'Hello, World',
      content: '',
      excerpt: null,
      tags: [],
      cover: null,
      coverAlt: '',
      commentsClosed: false,
      formerAddresses: [],
      authorId: callers.owner.id,
      authorName: callers.owner.name,
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      publishedAt: '2026-01-01T00:00:00.000Z',
    })
  })

  it('a new post keeps every field that its author sent', async () => {
    const { http } = await bootPosts()
    const said = {
      title: 'T',
      content: '# Hi',
      excerpt: 'Hi',
      tags: ['a', 'b'],
      slug: 'other',
      kind: 'page',
      status: 'draft',
      cover: '/media/a.jpg',
      coverAlt: 'A boat on wet sand',
    }
    const { body } = await http.post('/posts').send(said)
    expect(body).toMatchObject({ ...said, publishedAt: null })
  })

  it('the author of a new post is its caller, whatever the body says', async () => {
    const { as } = await bootPosts()
    const author = await as(callers.author)
    for (const more of [{ authorName: 'Someone' }, { authorId: callers.owner.id }, { role: 'owner' }]) {
      const refused = await author.post('/posts').send({ title: 'T', ...more })
      expect([refused.status, refused.body.errors[0].path]).toEqual([422, Object.keys(more)[0]])
    }
    const { body } = await author.post('/posts').send({ title: 'T' })
    const { id, name } = callers.author
    expect(body).toMatchObject({ authorId: id, authorName: name })
    const edited = await author.patch(`/posts/${body.id}`).send({ title: 'U', authorName: 'Someone' })
    expect([edited.status, edited.body.errors[0].path]).toEqual([422, 'authorName'])
  })

  it('a taken slug gets a number, chosen or generated', async () => {
    const { http } = await bootPosts()
    const slugs = []
    for (const post of [{ title: 'One' }, { title: 'One' }, { title: 'Two', slug: 'one' }])
      slugs.push((await http.post('/posts').send(post)).body.slug)
    expect(slugs).toEqual(['one', 'one-2', 'one-3'])
  })

  it('the events of a command carry the id of the request and its trace', async () => {
    const { http, bus } = await bootPosts()
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await http.post('/posts').set({ 'X-Request-Id': 'r-1', traceparent }).send({ title: 'T' })
    const cause = { correlationid: 'r-1', traceparent }
    expect(await allEvents(bus)).toMatchObject([cause, cause])
  })
})

describe('changing a post', () => {
  const withPost = async () => {
    const booted = await bootPosts()
    const { body } = await booted.http.post('/posts').send({ title: 'One', content: 'text' })
    return { ...booted, post: body, path: `/posts/${body.id}` }
  }

  it('an edit answers with the whole state and its new version', async () => {
    const { http, path, post, clock } = await withPost()
    clock.set('2026-02-02T00:00:00.000Z')
    const { status, body, headers } = await http.patch(path).set('If-Match', '"1"').send({ title: 'Two' })
    expect(status).toBe(200)
    expect(body).toEqual({ ...post, title: 'Two', updatedAt: '2026-02-02T00:00:00.000Z' })
    expect(headers.etag).toBe('"3"')
  })

  it('an edit turns a post into a page and back, and sets the description of its cover', async () => {
    const { http, path, post, bus } = await withPost()
    const changes = { kind: 'page', cover: '/media/a.jpg', coverAlt: 'A boat on wet sand' }
    expect((await http.patch(path).send(changes)).body).toMatchObject({ ...changes, slug: post.slug })
    await http.patch(path).send({ coverAlt: '' })
    await http.patch(path).send({ kind: 'post' })
    const history = (await http.get(`${path}/history`)).body.map(({ says }: { says: string }) => says)
    expect(history).toMatchObject([
      expect.stringContaining('Made a post'),
      expect.stringContaining('Words of the cover taken away'),
      expect.stringMatching(/made a page; cover added; words of the cover added/),
      expect.stringContaining('Written and published'),
    ])
    expect((await http.get(`${path}/diff?from=1`)).body.fields).toMatchObject([{ field: 'cover' }])
    expect((await allEvents(bus)).filter(({ type }) => type === 'PostEdited')).toMatchObject([
      { data: changes },
      { data: { coverAlt: '' } },
      { data: { kind: 'post' } },
    ])
  })

  it.each([
    ['kind', 'comment'],
    ['kind', null],
    ['coverAlt', 'x'.repeat(501)],
    ['coverAlt', 'two\nlines'],
    ['coverAlt', null],
  ])('an edit whose %s is %j is refused', async (field, value) => {
    const { http, path } = await withPost()
    const { status, body } = await http.patch(path).send({ [field]: value })
    expect([status, body.errors[0].path]).toEqual([422, field])
  })

  it('an edit with If-Match of an older version is refused', async () => {
    const { http, path } = await withPost()
    await http.patch(path).send({ title: 'Two' })
    const answer = await http.patch(path).set('If-Match', '"1"').send({ title: 'Three' })
    expect(answer.status).toBe(412)
    expect(answer.body).toMatchObject({ code: 'precondition-failed', actual: 3 })
  })

  it('one of many edits with If-Match of one version succeeds', async () => {
    const { http, path } = await withPost()
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        http
          .patch(path)
          .set('If-Match', '"1"')
          .send({ title: `T${n}` }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(412)])
  })

  it('an edit that changes nothing appends nothing', async () => {
    const { http, path, bus } = await withPost()
    const before = (await allEvents(bus)).length
    for (const answer of [
      await http.patch(path).send({ title: 'One' }),
      await http.post(`${path}/publish`),
      await http.patch(path).send({ slug: 'one' }),
    ]) {
      expect(answer.status).toBe(200)
      expect(answer.headers.etag).toBe('"1"')
    }
    expect(await allEvents(bus)).toHaveLength(before)
  })

  it('a post can be made a draft and published again', async () => {
    const { http, path, post } = await withPost()
    expect((await http.post(`${path}/unpublish`)).body).toEqual({ ...post, status: 'draft' })
    expect((await http.post(`${path}/publish`)).body).toEqual(post)
  })

  it('a post can return to an earlier slug, which no other post gets', async () => {
    const { http, path } = await withPost()
    expect((await http.patch(path).send({ slug: 'uno' })).body.slug).toBe('uno')
    expect((await http.post('/posts').send({ title: 'One' })).body.slug).toBe('one-2')
    expect((await http.patch(path).send({ slug: 'one' })).body.slug).toBe('one')
  })

  it('an edit to a taken slug gets a number, and the same edit again changes nothing', async () => {
    const { http, path } = await withPost()
    await http.post('/posts').send({ title: 'Two' })
    const first = await http.patch(path).send({ slug: 'two' })
    expect(first.body.slug).toBe('two-2')
    const again = await http.patch(path).set(readingAfter(first)).send({ slug: 'two' })
    expect(again.body.slug).toBe('two-2')
    expect(again.headers.etag).toBe(first.headers.etag)
  })

  it('a deleted post answers 410, and its slug stays taken', async () => {
    const { http, path } = await withPost()
    const deleted = await http.delete(path)
    expect(deleted.status).toBe(204)
    expect(deleted.text).toBe('')
    for (const answer of [
      await http.delete(path),
      await http.patch(path).send({ title: 'Two' }),
      await http.post(`${path}/publish`),
      await http.get(path).set(readingAfter(deleted)),
    ])
      expect([answer.status, answer.body.code]).toEqual([410, 'gone'])
    expect((await http.post('/posts').send({ title: 'One' })).body.slug).toBe('one-2')
  })

  it('an unknown post is 404', async () => {
    const { http } = await bootPosts()
    for (const id of [unknownId, '__proto__', 'constructor', '1'])
      for (const answer of [
        await http.patch(`/posts/${id}`).send({ title: 'Two' }),
        await http.delete(`/posts/${id}`),
        await http.post(`/posts/${id}/publish`),
        await http.get(`/posts/${id}`),
        await http.get(`/posts/${id}/history`),
        await http.get(`/posts/${id}/history/1`),
        await http.get(`/posts/${id}/diff`),
      ])
        expect([id, answer.status, answer.body.code]).toEqual([id, 404, 'not-found'])
  })
})
