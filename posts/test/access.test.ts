import { callers } from '@logbook/chassis/testing/access.ts'
import { allEvents, readingAfter } from '@logbook/chassis/testing/test-log.ts'
import { describe, expect, it } from 'vitest'
import { bootPosts } from './boot.ts'

const boot = async () => {
  const booted = await bootPosts()
  const author = await booted.as(callers.author)
  const draft = await author.post('/posts').send({ title: 'Not yet', status: 'draft' })
  const published = await author.post('/posts').send({ title: 'Out' })
  const path = (answer: { body: { id: string } }) => `/posts/${answer.body.id}`
  return { ...booted, author, draft: path(draft), published: path(published), seen: readingAfter(published) }
}

describe('access to a post', () => {
  it('another author gets 404 for a draft and for its history', async () => {
    const { as, draft, published, seen } = await boot()
    const other = await as(callers.otherAuthor)
    for (const path of [draft, published, `${draft}/history`, `${published}/history`])
      expect([path, (await other.get(path).set(seen)).status]).toEqual([path, 404])
    expect((await other.get('/posts').set(seen)).body).toEqual([])
  })

  it('another author cannot change a post, with or without its version', async () => {
    const { as, bus, draft, published } = await boot()
    const other = await as(callers.otherAuthor)
    const before = await allEvents(bus)
    for (const [path, status] of [
      [draft, 404],
      [published, 403],
    ] as const)
      for (const answer of [
        await other.patch(path).send({ title: 'Mine' }),
        await other.patch(path).set('If-Match', '"1"').send({ title: 'Mine' }),
        await other.post(`${path}/publish`),
        await other.post(`${path}/unpublish`),
        await other.delete(path),
      ])
        expect([path, answer.status]).toEqual([path, status])
    expect(await allEvents(bus)).toEqual(before)
  })

  it('the author of a post and the owner can read and change it', async () => {
    const { author, http: owner, draft, published, seen } = await boot()
    for (const who of [author, owner]) {
      expect((await who.get('/posts').set(seen)).body).toHaveLength(2)
      expect((await who.get(draft).set(seen)).body.title).toBe('Not yet')
      expect((await who.get(`${published}/history`).set(seen)).status).toBe(200)
    }
    expect((await owner.patch(published).send({ title: 'Owned' })).body).toMatchObject({
      title: 'Owned',
      authorId: callers.author.id,
    })
    expect((await author.delete(published)).status).toBe(204)
  })

  it('the list of an author continues with their own posts, also with the cursor of another author', async () => {
    const { as, author, http: owner, seen } = await boot()
    const first = await owner.get('/posts?limit=1').set(seen)
    const next = /<(.+)>; rel="next"/.exec(first.headers.link ?? '')?.[1] ?? ''
    expect((await author.get(next)).body).toHaveLength(1)
    expect((await (await as(callers.otherAuthor)).get(next)).body).toEqual([])
  })

  it('the idempotency key of another author reveals nothing of their post', async () => {
    const { as, author } = await boot()
    const key = { 'Idempotency-Key': 'the-same' }
    const own = await author.post('/posts').set(key).send({ title: 'Secret', status: 'draft' })
    const others = await (await as(callers.otherAuthor)).post('/posts').set(key).send({ title: 'Another' })
    expect([others.status, others.body.title]).toEqual([201, 'Another'])
    expect(others.body.id).not.toBe(own.body.id)
  })
})
