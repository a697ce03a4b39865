import { callers } from '@logbook/chassis/testing/access.ts'
import { fixedClock } from '@logbook/chassis/testing/deterministic.ts'
import { allEvents } from '@logbook/chassis/testing/test-log.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { describe, expect, it } from 'vitest'
import { bootComments, thread } from './boot.ts'

const guests = { author: { name: 'Ann', email: 'ann@ann.example' } }

describe('whose a comment is', () => {
  it('a person goes by the name of their account, whatever they send', async () => {
    const { as, bus } = await bootComments()
    const { body } = await (await as(callers.reader)).post(thread).send({ content: 'text', ...guests })
    expect(body.author).toEqual({ name: callers.reader.name, url: null })
    const event = (await allEvents(bus)).find(({ type }) => type === 'CommentCreated')
    expect(event?.data).toMatchObject({
      authorId: callers.reader.id,
      author: { name: callers.reader.name, email: null },
    })
  })

  it.each([
    ['authorId', { authorId: callers.owner.id }],
    ['status', { status: 'approved' }],
    ['role', { role: 'owner' }],
    ['createdAt', { createdAt: '2001-01-01T00:00:00.000Z' }],
  ])('no caller sets %s in a body', async (field, more) => {
    const { as } = await bootComments()
    const refused = await (await as(callers.reader)).post(thread).send({ content: 'text', ...more })
    expect([refused.status, refused.body.errors[0].path]).toEqual([422, field])
  })

  it('others can neither edit nor delete it, pending or not', async () => {
    const { as, http: guest, bus, approved } = await bootComments()
    const { path } = await approved()
    const { body } = await guest.post(thread).send({ content: 'waits', ...guests })
    const others: Caller[] = [callers.otherGuest, callers.reader, callers.author]
    const before = await allEvents(bus)
    for (const each of [path, `/comments/${body.id}`])
      for (const caller of others) {
        const other = await as(caller)
        expect((await other.patch(each).send({ content: 'Mine' })).status).toBe(403)
        expect((await other.delete(each)).status).toBe(403)
      }
    expect(await allEvents(bus)).toEqual(before)
    const moderator = await as(callers.moderator)
    expect((await moderator.patch(path).send({ content: 'Mine' })).status).toBe(403)
    expect((await moderator.delete(path)).status).toBe(204)
  })

  it('the pending text of another is in no answer', async () => {
    const { as, http: guest, settled } = await bootComments()
    const { body } = await guest.post(thread).send({ content: 'A pending secret', ...guests })
    await settled()
    for (const caller of [callers.nobody, callers.otherGuest, callers.reader]) {
      const other = await as(caller)
      for (const path of [thread, `/comments/${body.id}`]) {
        const { status, text } = await other.get(path)
        expect(status).toBe(200)
        expect(text).not.toMatch(/secret|Ann/)
      }
    }
  })

  it('a guest has a quarter of an hour, though the clock is set back by an hour meanwhile', async () => {
    const clock = fixedClock()
    const { http: guest } = await bootComments({ clock })
    const { body } = await guest.post(thread).send({ content: 'text' })
    clock.jump(-3_600_000)
    expect((await guest.patch(`/comments/${body.id}`).send({ content: 'better' })).status).toBe(200)
    clock.pass(16 * 60_000)
    expect((await guest.patch(`/comments/${body.id}`).send({ content: 'late' })).status).toBe(403)
    expect((await guest.delete(`/comments/${body.id}`)).status).toBe(403)
  })

  it('a guest has no longer for a comment that was made while the clock was a year ahead, after a restart', async () => {
    const clock = fixedClock()
    clock.jump(365 * 86_400_000)
    const ahead = await bootComments({ clock: clock.restarted() })
    const { body } = await ahead.http.post(thread).send({ content: 'text' })
    await ahead.close()
    clock.jump(-365 * 86_400_000)
    const { http: guest } = await bootComments({ bus: ahead.bus, clock: clock.restarted() })
    expect((await guest.patch(`/comments/${body.id}`).send({ content: 'late' })).status).toBe(403)
    expect((await guest.delete(`/comments/${body.id}`)).status).toBe(403)
  })

  it('a guest has a quarter of an hour', async () => {
    const clock = fixedClock()
    const { http: guest } = await bootComments({ clock })
    const { body } = await guest.post(thread).send({ content: 'text' })
    clock.set('2026-01-01T00:15:00.000Z')
    expect((await guest.patch(`/comments/${body.id}`).send({ content: 'better' })).status).toBe(200)
    clock.set('2026-01-01T00:15:00.001Z')
    expect((await guest.patch(`/comments/${body.id}`).send({ content: 'late' })).status).toBe(403)
    expect((await guest.delete(`/comments/${body.id}`)).status).toBe(403)
  })
})

describe('who may comment until the settings are changed', () => {
  const unknown = '/comments/01920000-0000-7000-8000-00000000beef'
  /** Of a comment, and of a vote on one that is not there. */
  const statuses = async (from: 'guests' | 'members' | 'nobody', caller: Caller) => {
    const { as } = await bootComments({ initial: initialSettings({ COMMENTS_FROM: from }) })
    const who = await as(caller)
    const commented = await who.post(thread).send({ content: 'text' })
    const voted = await who.put(`${unknown}/vote`).send({ value: 1 })
    return [commented.status, voted.status]
  }

  it.each([
    ['guests', callers.guest, [201, 404]],
    ['guests', callers.reader, [201, 404]],
    ['members', callers.guest, [403, 403]],
    ['members', callers.reader, [201, 404]],
    ['nobody', callers.guest, [403, 403]],
    ['nobody', callers.owner, [403, 403]],
  ] as const)('%s, asked by %o', async (from, caller, expected) => {
    expect(await statuses(from, caller)).toEqual(expected)
  })
})
