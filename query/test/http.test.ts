import { commentCreated, commentUpdated, exampleCommentId } from '@logbook/contracts/examples/comments.ts'
import {
  deletedUpdated,
  draftCreated,
  draftUpdated,
  examplePostId,
  postCreated,
  postUpdated,
} from '@logbook/contracts/examples/posts.ts'
import { archive, postPage, postSummary } from '@logbook/contracts/http/query.ts'
import { describe, expect, it } from 'vitest'
import { booted, idOf } from './booted.ts'

const { slug } = postCreated().data
const numbered = (n: number, data: Parameters<typeof postCreated>[0] = {}) =>
  postCreated({
    id: idOf(n),
    slug: `post-${n}`,
    publishedAt: `2026-01-${String(n).padStart(2, '0')}T00:00:00.000Z`,
    ...data,
  })
const idsOf = (body: { id: string }[]) => body.map(({ id }) => id)
const nextOf = (link: string | undefined) => /^<([^>]+)>; rel="next"$/.exec(link ?? '')?.[1]

describe('the list of posts', () => {
  it('the list of posts is newest first, page by page, without gaps or repeats while posts are added', async () => {
    const { http, publishAndSettle } = await booted(...[3, 1, 5, 2, 4].map((n) => numbered(n)))
    const first = await http.get('/posts?limit=2').expect(200)
    expect(idsOf(first.body)).toEqual([5, 4].map(idOf))
    for (const entry of first.body) expect(postSummary.parse(entry)).toEqual(entry)
    await publishAndSettle(numbered(6))
    const second = await http.get(nextOf(first.headers.link) ?? '').expect(200)
    const third = await http.get(nextOf(second.headers.link) ?? '').expect(200)
    expect(idsOf([...second.body, ...third.body])).toEqual([3, 2, 1].map(idOf))
    expect(third.headers.link).toBeUndefined()
  })

  it('of two posts with the same date, the one that came later is listed first', async () => {
    const publishedAt = '2026-01-01T00:00:00.000Z'
    const { http } = await booted(...[1, 3, 2].map((n) => numbered(n, { publishedAt })))
    const first = await http.get('/posts?limit=1')
    const second = await http.get(nextOf(first.headers.link) ?? '')
    expect(idsOf([...first.body, ...second.body])).toEqual([2, 3].map(idOf))
    const page = (await http.get(`/posts/${idOf(3)}`)).body
    expect([page.previous?.slug, page.next?.slug]).toEqual(
      [1, 2].map((n) => numbered(n, { publishedAt }).data.slug),
    )
  })

  it('posts can be listed by tag, by author or as pages, each page by page', async () => {
    const { http } = await booted(
      numbered(1, { tags: ['a', 'b'], authorName: 'Ada' }),
      numbered(2, { tags: ['a'], authorName: 'Bo' }),
      numbered(3, { tags: ['a'], kind: 'page' }),
      numbered(4, { tags: [], authorName: 'Ada' }),
    )
    expect(idsOf((await http.get('/posts')).body)).toEqual([4, 2, 1].map(idOf))
    expect(idsOf((await http.get('/posts?tag=a')).body)).toEqual([2, 1].map(idOf))
    expect(idsOf((await http.get('/posts?author=Ada')).body)).toEqual([4, 1].map(idOf))
    expect(idsOf((await http.get('/posts?author=Ada&tag=a')).body)).toEqual([1].map(idOf))
    expect(idsOf((await http.get('/posts?kind=page')).body)).toEqual([3].map(idOf))
    const first = await http.get('/posts?tag=a&limit=1')
    expect(idsOf((await http.get(nextOf(first.headers.link) ?? '')).body)).toEqual([idOf(1)])
    expect((await http.get('/tags')).body).toEqual([
      { tag: 'a', slug: 'a', count: 2 },
      { tag: 'b', slug: 'b', count: 1 },
    ])
  })

  it('a list is found by the name or slug of a tag, and tags that differ only in case and punctuation are one', async () => {
    const { http } = await booted(
      numbered(1, { tags: ['CI/CD'] }),
      numbered(2, { tags: ['ci cd', 'CI/CD', 'C++'] }),
      numbered(3, { tags: ['C', 'C#'] }),
    )
    for (const tag of ['CI/CD', 'ci-cd', 'Ci Cd'])
      expect(idsOf((await http.get(`/posts?tag=${encodeURIComponent(tag)}`)).body)).toEqual([2, 1].map(idOf))
    expect(idsOf((await http.get('/posts?tag=c')).body)).toEqual([idOf(3)])
    expect((await http.get('/tags')).body).toEqual([
      { tag: 'CI/CD', slug: 'ci-cd', count: 2 },
      { tag: 'C', slug: 'c', count: 1 },
      { tag: 'C++', slug: 'c-plus-plus', count: 1 },
      { tag: 'C#', slug: 'c-sharp', count: 1 },
    ])
  })

  it('posts can be listed by month, page by page, and the archive counts each month and tag', async () => {
    const { http } = await booted(
      numbered(1, { publishedAt: '2026-01-31T23:59:59.999Z', tags: ['a'] }),
      numbered(2, { publishedAt: '2026-02-01T00:00:00.000Z', tags: ['a', 'b'], authorName: 'Ada' }),
      numbered(3, { publishedAt: '2026-02-28T12:00:00.000Z', tags: ['b'] }),
      numbered(4, { publishedAt: '2026-03-01T00:00:00.000Z', kind: 'page', tags: ['c'] }),
    )
    expect(idsOf((await http.get('/posts?month=2026-01')).body)).toEqual([idOf(1)])
    expect(idsOf((await http.get('/posts?month=2026-02')).body)).toEqual([3, 2].map(idOf))
    expect(idsOf((await http.get('/posts?month=2026-02&tag=a')).body)).toEqual([idOf(2)])
    expect(idsOf((await http.get('/posts?month=2026-02&author=Ada')).body)).toEqual([idOf(2)])
    expect((await http.get('/posts?month=0099-12')).body).toEqual([])
    const first = await http.get('/posts?month=2026-02&limit=1')
    const second = await http.get(nextOf(first.headers.link) ?? '')
    expect(idsOf([...first.body, ...second.body])).toEqual([3, 2].map(idOf))
    expect(second.headers.link).toBeUndefined()
    const { body } = await http.get('/archive').expect(200)
    expect(archive.parse(body)).toEqual({
      months: [
        { month: '2026-02', count: 2 },
        { month: '2026-01', count: 1 },
      ],
      tags: [
        { tag: 'a', slug: 'a', count: 2 },
        { tag: 'b', slug: 'b', count: 2 },
      ],
    })
  })

  it('a list shows the latest approved comments of each post, oldest first, and their number', async () => {
    const comment = (n: number, status: 'approved' | 'rejected') =>
      commentUpdated({ id: idOf(n), status, content: `c${n}`, createdAt: `2026-02-0${n}T00:00:00.000Z` })
    const { http } = await booted(
      postCreated(),
      ...[1, 2, 3, 4, 5].map((n) => comment(n, n === 4 ? 'rejected' : 'approved')),
    )
    const [entry] = (await http.get('/posts')).body
    expect(entry.commentCount).toBe(4)
    expect(entry.comments.map(({ content }: { content: string }) => content)).toEqual(['c2', 'c3', 'c5'])
  })

  it('a list without posts is an empty array', async () => {
    const { http } = await booted()
    expect((await http.get('/posts').expect(200)).text).toBe('[]')
  })

  it.each([
    'month=2026-13',
    'month=2026',
    'limit=0',
    'limit=101',
    'limit=1.5',
    'limit=__proto__',
    'cursor=x',
    'cursor=',
    'cursor=1&cursor=2',
    'kind=draft',
    `cursor=${Buffer.from('1.not-an-id').toString('base64url')}`,
    `cursor=${'a'.repeat(101)}`,
    `tag=${'a'.repeat(1_001)}`,
    'tag=',
  ])('a list refuses %s and names the field', async (query) => {
    const { http } = await booted(postCreated())
    const { body } = await http.get(`/posts?${query}`).expect(422)
    expect(body).toMatchObject({ code: 'invalid', errors: [{ path: query.split('=')[0] }] })
  })
})

describe('one post', () => {
  it('a post is one answer with its whole thread', async () => {
    const { http } = await booted(
      postCreated(),
      commentUpdated(),
      commentCreated({ id: idOf(2), parentId: exampleCommentId }),
    )
    const { body } = await http.get(`/posts/${slug}`).expect(200)
    expect(postPage.parse(body)).toEqual(body)
    expect(body).toMatchObject({ commentCount: 1, version: 1, excerpt: null })
    expect(body.comments).toMatchObject([
      { status: 'approved', author: { name: 'A reader' } },
      { status: 'pending', content: null, author: null, parentId: exampleCommentId },
    ])
    expect((await http.get(`/posts/${examplePostId}`)).text).toBe((await http.get(`/posts/${slug}`)).text)
  })

  it('a post names the previous and next posts, and those that share the most tags', async () => {
    const { http, publishAndSettle } = await booted(
      numbered(1, { tags: ['a'] }),
      numbered(2, { tags: ['a', 'b', 'c'] }),
      numbered(3, { tags: ['b', 'c'] }),
      numbered(4, { tags: [] }),
      numbered(5, { kind: 'page', tags: ['a', 'b', 'c'] }),
    )
    const named = (n: number) => ({ slug: `post-${n}`, title: numbered(n).data.title })
    expect((await http.get('/posts/post-2')).body).toMatchObject({
      previous: named(1),
      next: named(3),
      related: [named(3), named(1)],
    })
    expect((await http.get('/posts/post-4')).body).toMatchObject({ next: null, related: [] })
    // What stands beside it changes although it does not.
    await publishAndSettle(numbered(6, { slug: 'post-6', tags: [] }))
    expect((await http.get('/posts/post-4')).body.next).toEqual(named(6))
    await publishAndSettle(deletedUpdated({ id: idOf(1), slug: 'post-1' }))
    expect((await http.get('/posts/post-2')).body).toMatchObject({ previous: null, related: [named(3)] })
  })

  it('an address in another case or Unicode form redirects to the present one', async () => {
    const { http } = await booted(
      postCreated({ slug: 'café-und-mür' }),
      postCreated({ id: idOf(9), slug: 'mu\u0308r' }),
    )
    const place = encodeURIComponent('café-und-mür')
    for (const asked of ['Café-Und-MÜR', 'café-und-mür'.normalize('NFD')]) {
      const { headers } = await http
        .get(`/posts/${encodeURIComponent(asked)}?sort=best`)
        .redirects(0)
        .expect(308)
      expect(headers.location).toBe(`${place}?sort=best`)
    }
    // One that was stored in the other form keeps it.
    const stored = encodeURIComponent('mu\u0308r')
    const { headers } = await http
      .get(`/posts/${encodeURIComponent('mür')}`)
      .redirects(0)
      .expect(308)
    expect(headers.location).toBe(stored)
    expect((await http.get(`/posts/${stored}`)).body.id).toBe(idOf(9))
  })

  it('every earlier slug of a post redirects to its present one, with the same query', async () => {
    const { http } = await booted(postCreated({ slug: 'old' }), postUpdated({ slug: 'présent' }))
    const answer = await http.get('/posts/old?x=1').redirects(0).expect(308)
    expect(answer.headers.location).toBe('pr%C3%A9sent?x=1')
    expect((await http.get('/posts/pr%C3%A9sent')).status).toBe(200)
    expect((await http.get('/posts/old').redirects(1)).body.slug).toBe('présent')
  })

  it.each([
    ['a draft', [draftCreated()]],
    ['one taken back', [postCreated(), draftUpdated()]],
    ['one deleted', [postCreated(), deletedUpdated()]],
    ['never written', []],
  ])('a post that is %s is 404, by slug and by id', async (_name, events) => {
    const { http } = await booted(...events)
    await http.get(`/posts/${slug}`).expect(404)
    await http.get(`/posts/${examplePostId}`).expect(404)
    expect((await http.get('/posts')).body).toEqual([])
    expect((await http.get('/tags')).body).toEqual([])
  })

  it('a cached post leaves the cache when it is unpublished', async () => {
    const { http, publishAndSettle } = await booted(postCreated())
    for (const _ of [1, 2]) await http.get(`/posts/${slug}`).expect(200)
    await publishAndSettle(draftUpdated())
    await http.get(`/posts/${slug}`).expect(404)
  })

  it.each([
    '__proto__',
    'constructor',
    '%00',
    '%E0%A4%A',
    'a'.repeat(300),
    '..%2F..',
    "' OR 1=1 --",
    '%F0%9F%8D%8A',
  ])('a request for a post named %s is refused without harm', async (name) => {
    const { http } = await booted(postCreated())
    expect([400, 404]).toContain((await http.get(`/posts/${name}`)).status)
    await http.get(`/posts/${slug}`).expect(200)
  })
})

describe('every answer', () => {
  it('every answer is the same from the cache, apart from the request id', async () => {
    const { http } = await booted(postCreated(), commentUpdated())
    for (const url of ['/posts', '/tags', `/posts/${slug}`]) {
      const [first, second] = [await http.get(url), await http.get(url)]
      expect(second.text).toBe(first.text)
      for (const name of [
        'etag',
        'content-type',
        'cache-control',
        'content-security-policy',
        'position',
        'vary',
      ])
        expect([name, second.headers[name]]).toEqual([name, first.headers[name]])
      expect(second.headers['x-request-id']).toBeUndefined()
      expect(first.headers['x-request-id']).toBeDefined()
    }
  })

  it('every answer has a strong ETag that changes with its bytes, and a caller who has them gets 304', async () => {
    const { http, publishAndSettle } = await booted(postCreated())
    const { etag = '' } = (await http.get(`/posts/${slug}`)).headers
    expect(etag).toMatch(/^"[\w-]+"$/)
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const answer = await http.get(`/posts/${slug}`).set('If-None-Match', known).expect(304)
      expect(answer.text).toBe('')
      expect(answer.headers.etag).toBe(etag)
    }
    await publishAndSettle(commentUpdated())
    const changed = await http.get(`/posts/${slug}`).set('If-None-Match', etag).expect(200)
    expect(changed.headers.etag).not.toBe(etag)
  })

  it('every answer has its position in the log, from the cache too', async () => {
    const { http, publishAndSettle } = await booted(postCreated())
    for (const _ of [1, 2]) expect((await http.get('/posts')).headers.position).toBe('1')
    await publishAndSettle(commentCreated({}, { subject: 'comment-elsewhere' }))
    for (const _ of [1, 2]) expect((await http.get('/posts')).headers.position).toBe('2')
  })

  it('a read waits for Min-Position, and is refused when the view does not reach it', async () => {
    const { http, publish } = await booted(postCreated())
    await http.get(`/posts/${slug}`)
    const waiting = http
      .get(`/posts/${slug}`)
      .set('Min-Position', '2')
      .set('Prefer', 'wait=5')
      .then((answer) => answer)
    await publish(commentUpdated())
    expect((await waiting).body.comments).toHaveLength(1)
    const late = await http.get(`/posts/${slug}`).set('Min-Position', '99').expect(503)
    expect(late.body).toMatchObject({ code: 'view-behind', position: 2 })
    expect(late.headers['retry-after']).toBe('1')
    await http.get(`/posts/${slug}`).set('Min-Position', 'x').expect(422)
  })

  it('only pages of configured origins may read an answer, from the cache too', async () => {
    const { http } = await booted(postCreated())
    await http.get('/posts')
    const own = await http.get('/posts').set('Origin', 'http://localhost:3000')
    expect(own.headers['access-control-allow-origin']).toBe('http://localhost:3000')
    const other = await http.get('/posts').set('Origin', 'https://evil.example')
    expect(other.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('a HEAD request gets the headers without a body', async () => {
    const { http } = await booted(postCreated())
    const { headers } = await http.get('/posts')
    const head = await http.head('/posts').expect(200)
    expect(head.headers['content-length']).toBe(headers['content-length'])
    expect(head.text ?? '').toBe('')
  })

  it('an unknown path is 404 and an unknown method 405, as problem+json', async () => {
    const { http } = await booted()
    for (const url of ['/nowhere', '/posts/a/b/c']) {
      const answer = await http.get(url).expect(404)
      expect(answer.headers['content-type']).toContain('application/problem+json')
    }
    await http.post('/posts').send({ title: 'a' }).expect(405).expect('Allow', 'GET, HEAD')
  })
})
