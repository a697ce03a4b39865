import { callers, person } from '@logbook/chassis/testing/access.ts'
import { allEvents, readingAfter } from '@logbook/chassis/testing/test-log.ts'
import { initialFlags } from '@logbook/contracts/events/comment-flags.ts'
import { examplePostId } from '@logbook/contracts/examples/posts.ts'
import { describe, expect, it } from 'vitest'
import { appendPost, bootComments, thread } from './boot.ts'

const otherId = '01920000-0000-7000-8000-00000000beef'

describe('POST /posts/:id/comments', () => {
  it('answers the whole comment, pending, and keeps who it is by out of it', async () => {
    const { http, bus } = await bootComments()
    const answer = await http.post(thread).send({
      content: 'I like it',
      author: { name: ' Ann ', url: 'https://ann.example', email: 'ann@ann.example' },
    })
    expect(answer.status).toBe(201)
    expect(answer.headers).toMatchObject({
      location: `/comments/${answer.body.id}`,
      etag: '"1"',
      position: '2',
    })
    expect(answer.body).toEqual({
      id: answer.body.id,
      postId: examplePostId,
      parentId: null,
      status: 'pending',
      author: { name: 'Ann', url: 'https://ann.example' },
      content: 'I like it',
      reason: null,
      score: 0,
      ...initialFlags,
      revision: 1,
      createdAt: '2026-01-01T00:00:00.000Z',
      editedAt: null,
    })
    const [, event] = await allEvents(bus)
    expect(event).toMatchObject({
      type: 'CommentCreated',
      subject: `comment-${answer.body.id}`,
      correlationid: answer.headers['x-request-id'],
      data: { authorId: callers.guest.id, author: { name: 'Ann', email: 'ann@ann.example' } },
    })
  })

  it('takes a comment on a post that the view has not seen yet', async () => {
    const { http, bus } = await bootComments()
    await appendPost(bus, { id: otherId })
    expect((await http.post(`/posts/${otherId}/comments`).send({ content: 'First!' })).status).toBe(201)
  })

  it('knows no post that readers do not see', async () => {
    const { http, bus } = await bootComments()
    const draft = '01920000-0000-7000-8000-00000000d4af'
    const subject = `post-${draft}`
    const data = {
      ...((await allEvents(bus))[0]?.data as object),
      id: draft,
      status: 'draft',
      publishedAt: null,
    }
    await bus.append([{ id: 'd', source: '/posts', type: 'PostCreated', subject, data }])
    for (const id of [otherId, draft, '__proto__', 'constructor', '1']) {
      const written = await http.post(`/posts/${id}/comments`).send({ content: 'text' })
      expect([id, written.status, written.body.code]).toEqual([id, 404, 'not-found'])
      expect((await http.get(`/posts/${id}/comments`)).status).toBe(404)
    }
    const deleted = { status: 'deleted', id: examplePostId, slug: 's', deletedAt: '2026-01-01T00:00:00.000Z' }
    await bus.append([
      { id: 'e', source: '/posts', type: 'PostUpdated', subject: `post-${examplePostId}`, data: deleted },
    ])
    expect((await http.post(thread).send({ content: 'text' })).status).toBe(404)
  })

  it('takes a reply to a comment of the same post alone', async () => {
    const { http, bus, approved } = await bootComments()
    const parent = await approved()
    const reply = await http.post(thread).send({ content: 'Yes', parentId: parent.id.toUpperCase() })
    expect([reply.status, reply.body.parentId]).toEqual([201, parent.id])

    await appendPost(bus, { id: otherId })
    const refusals = [
      await http.post(thread).send({ content: 'Yes', parentId: otherId }),
      await http.post(`/posts/${otherId}/comments`).send({ content: 'Yes', parentId: parent.id }),
    ]
    await http.delete(parent.path)
    refusals.push(await http.post(thread).send({ content: 'Yes', parentId: parent.id }))
    for (const { status, body } of refusals) expect([status, body.errors[0].path]).toEqual([422, 'parentId'])
  })
})

describe('changing a comment', () => {
  it('gives an edited text back to moderation', async () => {
    const { http, approved } = await bootComments()
    const { path } = await approved()
    const edited = await http.patch(path).set('If-Match', '"2"').send({ content: 'Other words' })
    expect([edited.status, edited.headers.etag]).toEqual([200, '"4"'])
    expect(edited.body).toMatchObject({
      status: 'pending',
      content: 'Other words',
      revision: 2,
      editedAt: '2026-01-01T00:00:00.000Z',
    })
    const clash = await http.patch(path).set('If-Match', '"2"').send({ content: 'More' })
    expect([clash.status, clash.body.code]).toEqual([412, 'precondition-failed'])
  })

  it('counts one vote a caller, guest or person', async () => {
    const { http, as, approved } = await bootComments()
    const { id, path } = await approved()
    const other = await as({ kind: 'guest', id: otherId })
    const vote = (value: number, who = other) => who.put(`${path}/vote`).send({ value })
    expect((await vote(1, http)).body).toMatchObject({
      code: 'forbidden',
      detail: expect.stringMatching(/your own/),
    })
    expect((await vote(0, http)).status).toBe(200)
    expect((await vote(1)).body).toEqual({ id, score: 1, value: 1 })
    const again = await vote(1)
    expect([again.body.score, again.headers.etag]).toEqual([1, '"4"'])
    expect((await vote(1, await as(callers.reader))).body.score).toBe(2)
    expect((await vote(-1)).body.score).toBe(0)
    expect((await vote(0)).body.score).toBe(1)
  })

  it('loses no vote when many come at once', async () => {
    const { as, approved } = await bootComments()
    const { path } = await approved()
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, n) =>
        (await as(person('reader', 100 + n))).put(`${path}/vote`).send({ value: 1 }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(60).fill(200))
    expect(Math.max(...answers.map(({ body }) => body.score))).toBe(60)
  })

  it('asks how someone votes', async () => {
    const { http, approved } = await bootComments()
    const { path } = await approved()
    for (const value of [2, 0.5, '1', null, true]) {
      const { status, body } = await http.put(`${path}/vote`).send({ value })
      expect(status).toBe(422)
      expect(body.errors).toEqual([{ path: 'value', message: 'must be 1, 0 or -1' }])
    }
  })

  it('promotes an approved comment, and a pending one not', async () => {
    const { http: guest, as, approved } = await bootComments()
    const http = await as(callers.moderator)
    const { path } = await approved()
    expect((await guest.post(`${path}/promote`)).status).toBe(403)
    expect((await http.post(`${path}/promote`)).body).toMatchObject({ promoted: true })
    expect((await http.post(`${path}/promote`)).headers.etag).toBe('"4"')
    const { body } = await http.post(thread).send({ content: 'text' })
    const refused = await http.post(`/comments/${body.id}/promote`)
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict'])
  })

  it('lets the writer of a post pick comments below it, and does not tell them a name that is hidden', async () => {
    const { bus, http: guest, as, approved, settled } = await bootComments()
    await appendPost(bus, { authorId: callers.author.id })
    const [writer, other] = [await as(callers.author), await as(callers.otherAuthor)]
    const { id, path } = await approved({ content: 'text', author: { name: 'Somebody' } })
    const set = (http: typeof guest, body: object) => http.put(`${path}/${Object.keys(body)[0]}`).send(body)
    expect((await set(other, { promoted: true })).status).toBe(403)
    expect((await set(guest, { anonymized: true })).body).toMatchObject({ author: { name: 'Somebody' } })
    for (const body of [{ promoted: true }, { advertised: true }, { searchable: false }]) {
      const answer = await set(writer, body)
      expect(answer.body).toMatchObject({ id, content: 'text', author: null, anonymized: true, ...body })
      expect((await set(writer, body)).headers.etag).toBe(answer.headers.etag)
    }
    const stale = await set(writer, { promoted: false }).set('If-Match', '"2"')
    expect(stale.status).toBe(412)
    for (const body of [{}, { promoted: 'yes' }, { promoted: true, advertised: true }])
      expect((await writer.put(`${path}/promoted`).send(body)).status).toBe(422)
    await settled()
    const { text } = await writer.get(thread)
    expect(text).not.toContain('Somebody')
    expect(JSON.parse(text)).toMatchObject([{ id, promoted: true, advertised: true, searchable: false }])
  })

  it('deletes for good', async () => {
    const { as, approved } = await bootComments()
    const http = await as(callers.moderator)
    const { path } = await approved()
    const deleted = await http.delete(path)
    expect(deleted.status).toBe(204)
    for (const answer of [
      await http.delete(path),
      await http.patch(path).send({ content: 'Back' }),
      await http.put(`${path}/vote`).send({ value: 1 }),
      await http.post(`${path}/promote`),
      await http.get(path).set(readingAfter(deleted)),
    ])
      expect([answer.status, answer.body.code]).toEqual([410, 'gone'])
  })

  it('knows no other comments', async () => {
    const { as } = await bootComments()
    const http = await as(callers.moderator)
    for (const id of [otherId, '__proto__', '1'])
      for (const answer of [
        await http.patch(`/comments/${id}`).send({ content: 'text' }),
        await http.put(`/comments/${id}/vote`).send({ value: 1 }),
        await http.post(`/comments/${id}/promote`),
        await http.delete(`/comments/${id}`),
        await http.get(`/comments/${id}`),
      ])
        expect([id, answer.status, answer.body.code]).toEqual([id, 404, 'not-found'])
  })
})
