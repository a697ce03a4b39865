import { commentCreated, commentTakenDown, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { digestIssued } from '@logbook/contracts/examples/notifications.ts'
import { draftUpdated, postCreated } from '@logbook/contracts/examples/posts.ts'
import { digestAnswer } from '@logbook/contracts/http/digest.ts'
import { XMLValidator } from 'fast-xml-parser'
import { expect, it, vi } from 'vitest'
import { booted, idOf } from './booted.ts'

const post = postCreated({ id: idOf(1), slug: 'one', title: 'One & <two>' })
const said = (n: number) => ({ id: idOf(n), postId: idOf(1), content: `**Words** of ${n}` })
const issued = (week: string, more: Parameters<typeof digestIssued>[0] = {}) =>
  digestIssued({
    week,
    timeZone: 'UTC',
    mostRead: [idOf(1)],
    posts: [idOf(1)],
    comments: [idOf(8), idOf(9)],
    featured: [idOf(9)],
    ...more,
  })

const begin = async (...more: Parameters<typeof booted>) => {
  const comments = [8, 9].flatMap((n) => [commentCreated(said(n)), commentUpdated({ ...said(n), score: 3 })])
  const query = await booted(post, ...comments, issued('2026-03-02'), ...more)
  return {
    ...query,
    list: async (search = '') => {
      const { body, headers } = await query.http.get(`/digests${search}`).expect(200)
      return { digests: digestAnswer.array().parse(body), headers }
    },
  }
}

it('a digest lists posts and comments as they are now, by the name of its week', async () => {
  const { http } = await begin()
  const { body, headers } = await http.get('/digests/2026-w10').expect(200)
  expect(digestAnswer.parse(body)).toMatchObject({
    week: '2026-03-02',
    mostRead: [{ slug: 'one' }],
    posts: [{ slug: 'one', title: 'One & <two>', comments: 2 }],
    featured: [{ id: idOf(9), excerpt: 'Words of 9', post: { slug: 'one' } }],
    comments: [{ id: idOf(8), score: 3 }, { id: idOf(9) }],
  })
  expect(headers['cache-tag']).toBe('lists')
  for (const week of ['2026-w11', '2026-W10', 'next', '2025-w60'])
    await http.get(`/digests/${week}`).expect(404)
})

it('a digest has posts related to its own, each with the reason that the page of its post says, and none that is hidden', async () => {
  const tagged = (n: number, title: string) =>
    postCreated({ id: idOf(n), slug: `tagged-${n}`, title, tags: ['Kingfishers'] })
  const { http, publishAndSettle } = await booted(
    ...[
      tagged(2, 'Kingfishers by the weir'),
      tagged(3, 'Kingfishers at dusk'),
      tagged(4, 'More kingfishers'),
    ],
    issued('2026-03-02', { mostRead: [idOf(2)], posts: [idOf(3)], comments: [], featured: [] }),
  )
  const related = async () =>
    digestAnswer.parse((await http.get('/digests/2026-w10').expect(200)).body).related
  const onPage = async () => (await http.get('/posts/tagged-2/related').expect(200)).body
  const reason = await vi.waitFor(async () => {
    const found = (await onPage()).find(({ slug }: { slug: string }) => slug === 'tagged-4')
    expect(found).toBeDefined()
    return found.reason as string
  })
  const entry = { slug: 'tagged-4', title: 'More kingfishers', reason, to: { slug: 'tagged-2' } }
  expect(await related()).toMatchObject([entry])
  const { text } = await http.get('/atom.xml?of=digest').expect(200)
  expect(text).toContain(`Related to “Kingfishers by the weir”: ${reason}`)
  const last = await http.get('/digests/2026-w10?asOf=4').expect(200)
  expect(digestAnswer.parse(last.body).related).toEqual([])
  await publishAndSettle(draftUpdated({ id: idOf(4), slug: 'tagged-4' }))
  expect(await related()).toEqual([])
})

it('the sitemap has each digest with a post that may be seen, and the page of all', async () => {
  const { http, publishAndSettle } = await begin(
    issued('2026-03-09', { mostRead: [], posts: [], comments: [], featured: [] }),
  )
  const places = async () => {
    const { text } = await http.get('/sitemap.xml').expect(200)
    return [...text.matchAll(/<loc>[^<]*(\/digest[^<]*)<\/loc>(?:<lastmod>([^<]*)<)?/g)].map(
      ([, path, at]) => [path, at],
    )
  }
  expect(await places()).toEqual([
    ['/digest', undefined],
    ['/digest/2026-w10', expect.stringMatching(/^20\d\d-/)],
  ])
  await publishAndSettle(issued('2026-03-16'))
  expect(await places()).toHaveLength(3)
  await publishAndSettle(draftUpdated({ id: idOf(1), slug: 'one' }))
  expect(await places()).toEqual([])
})

it('what was hidden since vanishes from a digest, and an empty digest from the list', async () => {
  const { http, list, publishAndSettle } = await begin()
  await http.get('/digests/2026-w10').expect(200)
  await publishAndSettle(
    commentTakenDown({ id: idOf(9) }),
    commentUpdated({ ...said(8), status: 'rejected' }),
  )
  expect((await list()).digests).toMatchObject([{ posts: [{ comments: 0 }], featured: [], comments: [] }])
  await publishAndSettle(draftUpdated({ id: idOf(1), slug: 'one' }))
  expect((await list()).digests).toEqual([])
  expect((await http.get('/digests/2026-w10').expect(200)).body.posts).toEqual([])
})

it('digests are listed by pages, the latest week first, one of each week, those of other zones left out', async () => {
  const { list } = await begin(
    issued('2026-03-09', { timeZone: 'Asia/Tokyo', ofBlog: false }),
    issued('2026-03-16', { ofBlog: true }),
    issued('2026-03-16', { timeZone: 'Europe/Berlin', ofBlog: true }),
  )
  const { digests, headers } = await list('?limit=1')
  expect(digests.map(({ week, timeZone }) => [week, timeZone])).toEqual([['2026-03-16', 'UTC']])
  expect(headers.link).toContain('cursor=2026-03-16')
  expect((await list('?limit=1&cursor=2026-03-16')).digests.map(({ week }) => week)).toEqual(['2026-03-02'])
})

it('a new digest is in the list at once, and one of the past is not shown before it was issued', async () => {
  const { list, publishAndSettle, store } = await begin()
  await list()
  const before = store.head()
  await publishAndSettle(issued('2026-03-09'))
  expect((await list()).digests).toHaveLength(2)
  expect((await list(`?asOf=${before}`)).digests).toHaveLength(1)
})

it('the digests have feeds in three formats, whose entries lead to their pages', async () => {
  const { http } = await begin()
  for (const kind of ['feed.xml', 'atom.xml', 'feed.json']) {
    const { text } = await http.get(`/${kind}?of=digest`).expect(200)
    if (kind !== 'feed.json') expect(XMLValidator.validate(text)).toBe(true)
    expect(text).toContain('https://blog.example/digest/2026-w10')
    expect(text).toContain('The week of 2 March 2026')
    expect(text).toContain('Words of 9')
  }
  const { body } = await http.get('/feed.json?of=digest')
  expect(JSON.parse(JSON.stringify(body)).items[0].content_html).toContain('>One &amp; &lt;two&gt;</a>')
  await http.get('/feed.json?of=other').expect(422)
})
