import { callers } from '@logbook/chassis/testing/access.ts'
import { allEvents } from '@logbook/chassis/testing/test-log.ts'
import { describe, expect, it } from 'vitest'
import { bootComments, thread } from './boot.ts'

const key = { 'Idempotency-Key': 'k-1' }

describe('an Idempotency-Key', () => {
  it('makes fifty identical requests at once one comment, each with the first answer', async () => {
    const { http, bus } = await bootComments()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => http.post(thread).set(key).send({ content: 'text' })),
    )
    for (const { status, body } of answers) {
      expect(status).toBe(201)
      expect(body).toEqual(answers[0]?.body)
    }
    expect((await allEvents(bus)).filter(({ type }) => type === 'CommentCreated')).toHaveLength(1)
  })

  it('gives the first answer even after the verdict, and is a conflict with another body', async () => {
    const { http, approved, clock } = await bootComments()
    const first = await http.post(thread).set(key).send({ content: 'text' })
    await approved()
    clock.set('2026-05-05T00:00:00.000Z')
    const again = await http.post(thread).set(key).send({ parentId: null, content: 'text' })
    expect([again.status, again.body]).toEqual([201, first.body])
    const other = await http.post(thread).set(key).send({ content: 'other' })
    expect([other.status, other.body.code]).toEqual([409, 'id-conflict'])
  })

  it('is the caller’s own', async () => {
    const { http, as } = await bootComments()
    const one = await http.post(thread).set(key).send({ content: 'text' })
    const other = await (await as(callers.otherGuest)).post(thread).set(key).send({ content: 'text' })
    expect(other.body.id).not.toBe(one.body.id)
  })

  it('names the same cause in the summary as the fact has for its id', async () => {
    const { http, bus, approved } = await bootComments()
    const { path } = await approved()
    await http.patch(path).set(key).send({ content: 'keyed' })
    await http.patch(path).send({ content: 'not keyed' })
    const events = await allEvents(bus)
    const facts = events.filter(({ type }) => type === 'CommentEdited').map(({ id }) => id)
    const causes = events
      .filter(({ type }) => type === 'CommentUpdated')
      .map(({ data }) => (data as { cause: string }).cause)
    expect(causes.slice(1)).toEqual(facts)
  })

  it('answers a repeated vote and deletion as the first time', async () => {
    const { http, as, bus, approved } = await bootComments()
    const { path } = await approved()
    const reader = await as(callers.reader)
    const vote = () => reader.put(`${path}/vote`).set('Idempotency-Key', 'v').send({ value: 1 })
    const remove = () => http.delete(path).set('Idempotency-Key', 'd')
    const first = [await vote(), await remove()]
    const length = (await allEvents(bus)).length
    const again = [await vote(), await remove()]
    expect(again.map(({ status, body }) => [status, body])).toEqual(
      first.map(({ status, body }) => [status, body]),
    )
    expect(await allEvents(bus)).toHaveLength(length)
  })
})

describe('five hundred comments at once', () => {
  it('are all there, once, in the order of the log', async () => {
    const { http, url, authorization, bus, settled } = await bootComments()
    const contents = Array.from({ length: 500 }, (_, n) => `comment ${n}`)
    const answers = await Promise.all(
      contents.map((content) =>
        fetch(url + thread, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', Authorization: authorization },
          body: JSON.stringify({ content }),
        }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(500).fill(201))
    await settled()
    const logged = (await allEvents(bus)).filter(({ type }) => type === 'CommentCreated')
    expect(logged.map(({ data }) => (data as { content: string }).content).sort()).toEqual(contents.sort())
    const seen: string[] = []
    for (let path: string | undefined = `${thread}?limit=200`; path; ) {
      const { body, headers } = await http.get(path)
      seen.push(...body.map(({ id }: { id: string }) => id))
      path = /<(.+)>; rel="next"/.exec(headers.link ?? '')?.[1]
    }
    expect(seen).toEqual(logged.map(({ data }) => (data as { id: string }).id))
  })
})
