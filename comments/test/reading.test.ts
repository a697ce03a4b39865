import { callers } from '@logbook/chassis/testing/access.ts'
import { readingAfter } from '@logbook/chassis/testing/test-log.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import { describe, expect, it, vi } from 'vitest'
import { bootComments, moderate, thread } from './boot.ts'

const statuses = (comments: { id: string; status: string }[]) => comments.map(({ status }) => status)

describe('reading', () => {
  it('shows text and author of approved comments alone', async () => {
    const { http, bus, settled } = await bootComments()
    const ids: string[] = []
    for (const content of ['good', 'bad', 'new']) {
      const { body } = await http.post(thread).send({ content, author: { name: content } })
      ids.push(body.id)
    }
    await moderate(bus, { id: String(ids[0]) })
    await moderate(bus, { id: String(ids[1]), status: 'rejected', reason: 'Because' })
    await settled()
    const { body, text } = await http.get(thread)
    expect(body).toMatchObject([
      { id: ids[0], status: 'approved', content: 'good', author: { name: 'good', url: null } },
      { id: ids[1], status: 'rejected', content: null, author: null, reason: null },
      { id: ids[2], status: 'pending', content: null, author: null, reason: null },
    ])
    expect(text).not.toMatch(/"bad"|"new"/)
    expect((await http.get(`/comments/${ids[1]}`)).body).toEqual({ ...body[1], reason: 'Because' })
    const { body: edited } = await http.get(`/comments/${ids[0]}`)
    expect(edited).toEqual(body[0])
  })

  it('tells why a comment was not published to its writer and to moderators alone', async () => {
    const { http, bus, settled, as } = await bootComments()
    const { body } = await http.post(thread).send({ content: 'bad' })
    const path = `/comments/${body.id}`
    await moderate(bus, { id: body.id, status: 'rejected', reason: 'Contains “bad”' })
    await settled()
    for (const name of ['nobody', 'otherGuest', 'reader', 'author'] as const)
      for (const asked of [path, thread])
        expect((await (await as(callers[name])).get(asked)).text, name).not.toContain('Contains')
    for (const name of ['guest', 'moderator', 'owner'] as const) {
      const answer = await (await as(callers[name])).get(path)
      expect(answer.body).toMatchObject({ status: 'rejected', reason: 'Contains “bad”', content: null })
      expect(answer.headers).toMatchObject({ 'cache-control': 'private, no-cache' })
      expect(answer.headers.vary).toContain('Authorization')
    }
  })

  it('goes page by page in order of creation, and misses nothing', async () => {
    const { http, settled } = await bootComments()
    const created: string[] = []
    for (let n = 0; n < 7; n++) created.push((await http.post(thread).send({ content: `c${n}` })).body.id)
    await settled()
    const seen: string[] = []
    for (let path: string | undefined = `${thread}?limit=3`; path; ) {
      const { body, headers } = await http.get(path)
      seen.push(...body.map(({ id }: { id: string }) => id))
      path = /<(.+)>; rel="next"/.exec(headers.link ?? '')?.[1]
    }
    expect(seen).toEqual(created)
  })

  it('keeps a deleted comment as long as something below it stands', async () => {
    const { http, settled } = await bootComments()
    const write = async (parentId: string | null) =>
      (await http.post(thread).send({ content: 'text', parentId })).body.id as string
    const [root, lone] = [await write(null), await write(null)]
    const middle = await write(root)
    const leaf = await write(middle)
    const shown = async () => {
      await settled()
      return (await http.get(thread)).body as { id: string; status: string }[]
    }
    for (const id of [root, middle, lone]) await http.delete(`/comments/${id}`)
    expect((await shown()).map(({ id }) => id)).toEqual([root, middle, leaf])
    expect(statuses(await shown())).toEqual(['deleted', 'deleted', 'pending'])
    expect((await shown())[0]).toMatchObject({ content: null, author: null, reason: null, score: 0 })
    await http.delete(`/comments/${leaf}`)
    expect(await shown()).toEqual([])
  })

  it('answers from no earlier than asked', async () => {
    const { http } = await bootComments()
    const written = await http.post(thread).send({ content: 'text' })
    expect((await http.get(thread).set(readingAfter(written))).body).toHaveLength(1)
    const early = await http.get(thread).set(headers.minPosition, '1000')
    expect([early.status, early.body.code]).toEqual([503, 'view-behind'])
  })

  it.each(['limit=0', 'limit=201', 'limit=x', 'limit=1&limit=2', 'cursor=-1', 'cursor=x', 'cursor='])(
    'refuses %s',
    async (query) => {
      const { http } = await bootComments()
      expect((await http.get(`${thread}?${query}`)).status).toBe(422)
    },
  )

  it('is ready once the history is read', async () => {
    const { http } = await bootComments()
    await vi.waitFor(async () => expect((await http.get('/health/ready')).status).toBe(200))
    expect((await http.get('/health')).body).toMatchObject({
      service: 'comments',
      reactions: { due: 0, parked: 0 },
    })
  })
})
