import { callers } from '@logbook/chassis/testing/access.ts'
import { allEvents, readingAfter } from '@logbook/chassis/testing/test-log.ts'
import { describe, expect, it } from 'vitest'
import { bootComments, moderate, thread } from './boot.ts'

const reason = 'It has a private address.'

const bootWritten = async () => {
  const booted = await bootComments()
  const { body } = await booted.http.post(thread).send({ content: 'at 7 Quay Road' })
  await moderate(booted.bus, { id: body.id })
  await booted.settled()
  const moderator = await booted.as(callers.moderator)
  return { ...booted, moderator, path: `/comments/${body.id}`, id: body.id as string }
}

describe('a comment that is taken down', () => {
  it('leaves a tombstone, and an event that says who did it, when and why', async () => {
    const { moderator, path, id, bus, http } = await bootWritten()
    const taken = await moderator.post(`${path}/take-down`).send({ reason })
    expect([taken.status, taken.headers.position]).toEqual([204, expect.any(String)])
    const [fact, summary] = (await allEvents(bus)).slice(-2)
    const { id: by, name } = callers.moderator
    expect(fact).toMatchObject({ type: 'CommentTakenDown', data: { id, reason, by: { id: by, name } } })
    expect(summary).toMatchObject({
      type: 'CommentUpdated',
      data: { id, status: 'deleted', cause: fact?.id },
    })
    expect((await http.get(path).set(readingAfter(taken))).status).toBe(410)
    expect((await http.get(thread).set(readingAfter(taken))).text).not.toContain('Quay')
    const edit = await http.patch(path).send({ content: 'again' })
    expect(edit.status).toBe(410)
  })

  it('may have been deleted before, and a second time changes nothing', async () => {
    const { moderator, path, bus, http } = await bootWritten()
    expect((await http.delete(path)).status).toBe(204)
    expect((await moderator.post(`${path}/take-down`).send({ reason })).status).toBe(204)
    const before = await allEvents(bus)
    expect(before.at(-2)?.type).toBe('CommentTakenDown')
    expect((await moderator.post(`${path}/take-down`).send({ reason: 'Another' })).status).toBe(204)
    expect(await allEvents(bus)).toEqual(before)
  })

  it('is so by moderators alone, with a reason, and where there is one', async () => {
    const { moderator, path, bus, as } = await bootWritten()
    const before = await allEvents(bus)
    for (const name of ['guest', 'reader', 'author'] as const)
      expect((await (await as(callers[name])).post(`${path}/take-down`).send({ reason })).status).toBe(403)
    expect((await (await as(callers.nobody)).post(`${path}/take-down`).send({ reason })).status).toBe(401)
    for (const body of [{}, { reason: '' }, { reason: ' ' }, { reason: 7 }]) {
      const refused = await moderator.post(`${path}/take-down`).send(body)
      expect([refused.status, refused.body.errors?.[0]?.path]).toEqual([422, 'reason'])
    }
    const unknown = '/comments/01920000-0000-7000-8000-00000000dead'
    expect((await moderator.post(`${unknown}/take-down`).send({ reason })).status).toBe(404)
    expect(await allEvents(bus)).toEqual(before)
  })
})
