import { commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { postCreated, postUpdated } from '@logbook/contracts/examples/posts.ts'
import { userErased } from '@logbook/contracts/examples/users.ts'
import { authorCount, type PostSummary, postSummary } from '@logbook/contracts/http/query.ts'
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith'
import { describe, expect, it } from 'vitest'
import { booted, idOf } from './booted.ts'

const site = 'https://blog.example'
const post = (n: number, authorName: string | null, data: Parameters<typeof postCreated>[0] = {}) =>
  postCreated({
    ...{ id: idOf(n), slug: `post-${n}`, title: `Post ${n}`, authorName },
    publishedAt: `2026-01-0${n}T00:00:00.000Z`,
    ...data,
  })
const titlesOf = (body: unknown) =>
  postSummary
    .array()
    .parse(body)
    .map(({ title }) => title)

describe('authors', () => {
  it('an author’s list is found by name or slug, and names that differ only in case and punctuation are one', async () => {
    const { http } = await booted(
      post(1, 'Ada Lovelace'),
      post(2, 'Bo'),
      post(3, 'ada  lovelace'),
      post(4, null),
      post(5, 'Ada Lovelace', { kind: 'page' }),
    )
    for (const author of ['Ada Lovelace', 'ada-lovelace', 'ADA LOVELACE'])
      expect(titlesOf((await http.get('/posts').query({ author })).body)).toEqual(['Post 3', 'Post 1'])
    expect((await http.get('/posts?author=nobody').expect(200)).body).toEqual([])
    await http.get('/posts?author=').expect(422)
    expect(authorCount.array().parse((await http.get('/authors').expect(200)).body)).toEqual([
      { name: 'ada  lovelace', slug: 'ada-lovelace', count: 2 },
      { name: 'Bo', slug: 'bo', count: 1 },
    ])
  })

  it('lists name authors if there is more than one, now and in the past', async () => {
    const { http, publishAndSettle } = await booted(
      post(1, 'Ada'),
      post(2, null),
      post(3, 'Bo', { kind: 'page' }),
    )
    const isSigned = async (query = '') => {
      const { body } = await http.get(`/posts${query}`)
      return [...new Set((body as PostSummary[]).map((each) => each.isSigned))]
    }
    expect(await isSigned()).toEqual([false])
    await publishAndSettle(post(4, 'Bo'))
    expect(await isSigned()).toEqual([true])
    expect(await isSigned('?author=ada')).toEqual([true])
    expect(await isSigned('?asOf=3')).toEqual([false])
    expect((await http.get('/authors?asOf=3')).body).toEqual([{ name: 'Ada', slug: 'ada', count: 1 }])
    await publishAndSettle(postUpdated({ id: idOf(4), slug: 'post-4', authorName: 'ADA' }))
    expect(await isSigned()).toEqual([false])
  })

  it('the feed of an author names them and their page, which is in the sitemap', async () => {
    const { http } = await booted(post(1, 'Ada & Co'), post(2, 'Bo', { tags: ['R&D'] }))
    const rss = parseRssFeed((await http.get('/feed.xml?author=ada-and-co').expect(200)).text)
    expect(rss.items?.map(({ title }) => title)).toEqual(['Post 1'])
    expect([rss.title, rss.link, rss.atom?.links?.[0]?.href]).toEqual([
      'Ada’s log: Ada & Co',
      `${site}/authors/ada-and-co`,
      `${site}/feed.xml?author=ada-and-co`,
    ])
    const atom = parseAtomFeed((await http.get('/atom.xml?author=bo').expect(200)).text)
    expect(atom.entries?.[0]?.authors).toEqual([{ name: 'Bo', uri: `${site}/authors/bo` }])
    const json = parseJsonFeed(JSON.parse((await http.get('/feed.json?author=bo&tag=r-and-d')).text))
    expect(json.items?.[0]?.authors).toEqual([{ name: 'Bo', url: `${site}/authors/bo` }])
    expect(json.title).toBe('Ada’s log: Bo, R&D')
    expect((await http.get('/feed.xml?author=Ada%20%26%20Co')).headers.location).toBe(
      'feed.xml?author=ada-and-co',
    )
    await http.get('/feed.xml?author=none').expect(404)
    const { text } = await http.get('/sitemap.xml')
    for (const slug of ['ada-and-co', 'bo']) expect(text).toContain(`<loc>${site}/authors/${slug}</loc>`)
  })

  it('an erased author is gone from every list, feed and past', async () => {
    const person = idOf(70)
    const { http, publishAndSettle } = await booted(
      post(1, 'Ada', { authorId: person }),
      post(2, 'Bo'),
      commentUpdated({ postId: idOf(2) }),
    )
    for (const path of ['/posts?author=ada', '/authors', '/feed.xml?author=ada', '/sitemap.xml'])
      expect((await http.get(path).expect(200)).text, path).toMatch(/ada/i)
    await publishAndSettle(userErased({ id: person, by: null }))
    expect((await http.get('/posts?author=ada')).body).toEqual([])
    await http.get('/feed.xml?author=ada').expect(404)
    for (const path of ['/authors', '/authors?asOf=1', '/posts?author=ada&asOf=1'])
      expect((await http.get(path)).text, path).not.toMatch(/Ada"/)
    expect((await http.get('/sitemap.xml')).text).not.toContain('/authors/ada')
  })
})
