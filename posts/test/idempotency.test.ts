import { callers } from '@logbook/chassis/testing/access.ts'
import { allEvents } from '@logbook/chassis/testing/test-log.ts'
import { describe, expect, it } from 'vitest'
import { bootPosts } from './boot.ts'

const key = { 'Idempotency-Key': 'k-1' }

describe('an Idempotency-Key', () => {
  it('fifty identical requests at once with one key create one post, and each gets the first answer', async () => {
    const { http, bus } = await bootPosts()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        http
          .post('/posts')
          .set(key)
          .send({ title: 'One', tags: ['a'] }),
      ),
    )
    for (const { status, body, headers } of answers) {
      expect(status).toBe(201)
      expect(body).toEqual(answers[0]?.body)
      expect(headers.etag).toBe('"1"')
    }
    expect(answers[0]?.body.slug).toBe('one')
    expect((await allEvents(bus)).map(({ type }) => type)).toEqual(['PostCreated', 'SlugReserved'])
  })

  it('a retry with the same key gets the first answer, even after the post has changed and with JSON in another order', async () => {
    const { http, clock } = await bootPosts()
    const first = await http.post('/posts').set(key).send({ title: 'One', content: 'text' })
    await http.patch(`/posts/${first.body.id}`).send({ title: 'Two' })
    clock.set('2026-05-05T00:00:00.000Z')
    const again = await http.post('/posts').set(key).send({ content: 'text', title: 'One' })
    expect(again.status).toBe(201)
    expect(again.body).toEqual(first.body)
    // No number was used up on the way.
    expect((await http.post('/posts').send({ title: 'One' })).body.slug).toBe('one-2')
  })

  it('the same key with another body or at another address is a conflict, also when both come at once', async () => {
    const { http } = await bootPosts()
    const statuses = (
      await Promise.all(['One', 'Two'].map((title) => http.post('/posts').set(key).send({ title })))
    ).map(({ status }) => status)
    expect(statuses.sort()).toEqual([201, 409])
    const other = await http.post('/posts').send({ title: 'Other' })
    const elsewhere = await http.patch(`/posts/${other.body.id}`).set(key).send({ title: 'One' })
    expect([elsewhere.status, elsewhere.body.code]).toEqual([409, 'id-conflict'])
  })

  it('idempotency keys of different callers are independent', async () => {
    const { http, as } = await bootPosts()
    const one = await http.post('/posts').set(key).send({ title: 'One' })
    const other = await (await as(callers.author)).post('/posts').set(key).send({ title: 'One' })
    expect(other.status).toBe(201)
    expect(other.body.id).not.toBe(one.body.id)
  })

  it('retries of edits, publications and deletions get the first answer', async () => {
    const { http, bus } = await bootPosts()
    const { body } = await http.post('/posts').send({ title: 'One', status: 'draft' })
    const path = `/posts/${body.id}`
    const edit = () => http.patch(path).set('Idempotency-Key', 'e').send({ title: 'Two' })
    const publish = () => http.post(`${path}/publish`).set('Idempotency-Key', 'p')
    const remove = () => http.delete(path).set('Idempotency-Key', 'd')
    const first = [await edit(), await publish(), await remove()]
    const length = (await allEvents(bus)).length
    const again = [await edit(), await publish(), await remove()]
    expect(again.map(({ status, body }) => ({ status, body }))).toEqual(
      first.map(({ status, body }) => ({ status, body })),
    )
    expect(await allEvents(bus)).toHaveLength(length)
  })

  it.each(['', 'a'.repeat(201)])('a malformed idempotency key is refused: %j', async (value) => {
    const { http } = await bootPosts()
    const answer = await http.post('/posts').set('Idempotency-Key', value).send({ title: 'One' })
    expect(answer.status).toBe(422)
  })
})
