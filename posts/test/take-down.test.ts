import { callers } from '@logbook/chassis/testing/access.ts'
import { allEvents, readingAfter } from '@logbook/chassis/testing/test-log.ts'
import { describe, expect, it } from 'vitest'
import { bootPosts } from './boot.ts'

const reason = 'It had a private address.'
const secret = 'Quay Road'

const bootWritten = async () => {
  const booted = await bootPosts()
  const author = await booted.as(callers.author)
  const { body } = await author.post('/posts').send({ title: `At ${secret}`, content: `7 ${secret}` })
  const path = `/posts/${body.id}`
  await author.patch(path).send({ title: 'At home', content: `Not 7 ${secret}`, tags: [secret] })
  await author.patch(path).send({ content: 'Somewhere.', tags: [] })
  const moderator = await booted.as(callers.moderator)
  return { ...booted, author, moderator, path, takeDown: `${path}/take-down` }
}

describe('a post that is taken down', () => {
  it('a post that is taken down is deleted, and its texts are in no version, history or comparison, for its author, the owner and moderators too', async () => {
    const { moderator, author, http: owner, path, takeDown, bus } = await bootWritten()
    const taken = await moderator.post(takeDown).send({ reason })
    expect([taken.status, taken.headers.position]).toEqual([204, expect.any(String)])
    const [fact, summary] = (await allEvents(bus)).slice(-2)
    const { id, name } = callers.moderator
    expect(fact).toMatchObject({ type: 'PostTakenDown', data: { reason, texts: 'all', by: { id, name } } })
    expect(summary).toMatchObject({ type: 'PostUpdated', data: { status: 'deleted' } })
    for (const caller of [author, owner, moderator]) {
      expect((await caller.get(path).set(readingAfter(taken))).status).not.toBe(200)
      const { status, text, body } = await caller.get(`${path}/history`)
      expect([status, text.includes(secret), text.includes('Somewhere')]).toEqual([200, false, false])
      expect(body.map(({ says }: { says: string }) => says)).toEqual([
        `Taken down by ${name}: ${reason}`,
        ...['Edited', 'Edited', 'Written'].map(
          (did) => `${did} by ${callers.author.name}; the text was taken down`,
        ),
      ])
      const refused = caller === moderator ? 403 : 410
      expect((await caller.get(`${path}/history/1`)).status).toBe(refused)
      expect((await caller.get(`${path}/diff`)).status).toBe(refused)
    }
    expect((await author.post(`${path}/publish`)).status).toBe(410)
  })

  it('a post whose earlier texts are taken down keeps its present text', async () => {
    const { moderator, author, path, takeDown } = await bootWritten()
    expect((await moderator.post(takeDown).send({ reason, texts: 'earlier' })).status).toBe(204)
    expect((await author.get(path)).body).toMatchObject({ title: 'At home', content: 'Somewhere.' })
    const { text, body } = await author.get(`${path}/history`)
    expect(text).not.toContain(secret)
    expect(body[0].says).toBe(`Earlier texts were taken down by ${callers.moderator.name}: ${reason}`)
    for (const version of [1, 3, 5]) expect((await author.get(`${path}/history/${version}`)).status).toBe(410)
    await author.patch(path).send({ content: 'Elsewhere.' })
    const diff = await author.get(`${path}/diff`)
    expect([diff.status, diff.text.includes(secret), diff.text.includes('Elsewhere')]).toEqual([
      200,
      false,
      true,
    ])
    for (const query of ['from=3', 'to=1', 'from=1&to=3'])
      expect((await author.get(`${path}/diff?${query}`)).status).toBe(410)
    expect((await author.get(`${path}/diff?from=0`)).status).toBe(422)
    // What is left has words that are its author's.
    expect((await moderator.get(`${path}/history`)).status).toBe(404)
  })

  it('a post is taken down once, also after its deletion', async () => {
    const { moderator, author, path, takeDown, bus } = await bootWritten()
    for (const texts of ['earlier', 'all'] as const) {
      if (texts === 'all') await author.delete(path)
      await moderator.post(takeDown).send({ reason, texts }).expect(204)
      const before = await allEvents(bus)
      expect(before.at(-2)?.type).toBe('PostTakenDown')
      await moderator.post(takeDown).send({ reason: 'Another', texts }).expect(204)
      expect(await allEvents(bus)).toEqual(before)
    }
  })

  it('only moderators and the owner take a post down, with a reason, and only posts that they may know of', async () => {
    const { moderator, author, http: owner, as, takeDown, bus } = await bootWritten()
    const draft = await author.post('/posts').send({ title: 'Mine', status: 'draft' })
    const before = await allEvents(bus)
    for (const name of ['guest', 'reader', 'author', 'otherAuthor'] as const)
      expect((await (await as(callers[name])).post(takeDown).send({ reason })).status).toBe(403)
    for (const [body, path] of [
      [{}, 'reason'],
      [{ reason: '' }, 'reason'],
      [{ reason, texts: 'some' }, 'texts'],
    ] as const) {
      const refused = await moderator.post(takeDown).send(body)
      expect([refused.status, refused.body.errors?.[0]?.path]).toEqual([422, path])
    }
    for (const id of ['01920000-0000-7000-8000-00000000dead', draft.body.id])
      expect((await moderator.post(`/posts/${id}/take-down`).send({ reason })).status).toBe(404)
    expect(await allEvents(bus)).toEqual(before)
    expect((await owner.post(takeDown).send({ reason })).status).toBe(204)
  })
})
