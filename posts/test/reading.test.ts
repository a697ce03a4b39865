import { readingAfter } from '@logbook/chassis/testing/test-log.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import { describe, expect, it, vi } from 'vitest'
import { bootPosts } from './boot.ts'

const unknownId = '01920000-0000-7000-8000-00000000dead'

describe('reading', () => {
  it('the list of an author has posts, drafts and pages newest first, page by page, without deleted ones', async () => {
    const { http, clock } = await bootPosts()
    let last = await http.post('/posts').send({ title: 'P0' })
    for (let day = 1; day < 7; day++) {
      clock.set(`2026-01-0${1 + (day >> 1)}T00:00:00.000Z`)
      last = await http.post('/posts').send({ title: `P${day}`, status: day % 2 ? 'draft' : 'published' })
    }
    last = await http.delete(`/posts/${last.body.id}`)
    const titles: string[] = []
    let path = '/posts?limit=2'
    for (let pages = 1; ; pages++) {
      const answer = await http.get(path).set(readingAfter(last))
      titles.push(...answer.body.map(({ title }: { title: string }) => title))
      const next = /<(.+)>; rel="next"/.exec(answer.headers.link ?? '')?.[1]
      if (next === undefined) {
        expect(pages).toBe(3)
        break
      }
      path = next
    }
    expect(titles).toEqual(['P5', 'P4', 'P3', 'P2', 'P1', 'P0'])
    const drafts = await http.get('/posts?status=draft')
    expect(drafts.body.map(({ title }: { title: string }) => title)).toEqual(['P5', 'P3', 'P1'])
    expect(drafts.body[0]).toMatchObject({ version: 1, content: '' })
  })

  it('a page of long posts has fewer entries, and links to the rest', async () => {
    const { http } = await bootPosts()
    const content = '語'.repeat(bounds.contentCharsMax)
    let last = await http.post('/posts').send({ title: 'T', content })
    for (let n = 1; n < 9; n++) last = await http.post('/posts').send({ title: 'T', content })
    const first = await http.get('/posts?limit=9').set(readingAfter(last))
    expect(first.body).toHaveLength(6)
    const next = /<(.+)>/.exec(first.headers.link ?? '')?.[1] ?? ''
    expect((await http.get(next)).body).toHaveLength(3)
  })

  it('one post is answered with its ETag, and from Min-Position or later', async () => {
    const { http } = await bootPosts()
    const created = await http.post('/posts').send({ title: 'One' })
    const edited = await http.patch(`/posts/${created.body.id}`).send({ title: 'Two' })
    const read = await http.get(`/posts/${created.body.id}`).set(readingAfter(edited))
    expect(read.body).toEqual(edited.body)
    expect(read.headers.etag).toBe(edited.headers.etag)
    const early = await http.get(`/posts/${created.body.id}`).set(headers.minPosition, '1000')
    expect([early.status, early.body.code]).toEqual([503, 'view-behind'])
  })

  it('the history of a post lists its facts newest first, page by page, with the deletion', async () => {
    const { http } = await bootPosts()
    const { body } = await http.post('/posts').send({ title: 'One' })
    const path = `/posts/${body.id}`
    await http.patch(path).send({ title: 'Two' })
    await http.post(`${path}/unpublish`)
    await http.delete(path)
    const first = await http.get(`${path}/history?limit=3`)
    expect(first.body.map(({ type }: { type: string }) => type)).toEqual([
      'PostDeleted',
      'PostUnpublished',
      'PostEdited',
    ])
    expect(first.body[2].data).toMatchObject({ title: 'Two' })
    const next = /<(.+)>/.exec(first.headers.link ?? '')?.[1] ?? ''
    const second = await http.get(next)
    expect(second.body.map(({ type }: { type: string }) => type)).toEqual(['PostCreated'])
    expect(second.headers.link).toBeUndefined()
  })

  it.each([
    '/posts?limit=0',
    '/posts?limit=101',
    '/posts?limit=x',
    '/posts?limit=',
    '/posts?limit=1&limit=2',
    '/posts?status=deleted',
    '/posts?cursor=x',
    `/posts?cursor=${Buffer.from('[1,2]').toString('base64url')}`,
    `/posts?cursor=${'A'.repeat(300)}`,
    `/posts/${unknownId}/history?cursor=-1`,
  ])('a malformed read is refused: %s', async (path) => {
    const { http } = await bootPosts()
    const answer = await http.get(path)
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid'])
  })

  it('posts is ready once it has read the log', async () => {
    const { http } = await bootPosts()
    await vi.waitFor(async () => expect((await http.get('/health/ready')).status).toBe(200))
    expect((await http.get('/health')).body).toMatchObject({ status: 'ok', service: 'posts', parked: 0 })
  })
})
