import { callers } from '@logbook/chassis/testing/access.ts'
import { fixedClock } from '@logbook/chassis/testing/deterministic.ts'
import { allEvents, appendForeign } from '@logbook/chassis/testing/test-log.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { describe, expect, it } from 'vitest'
import { appendSettings, bootComments, moderate, thread } from './boot.ts'

const minuteMs = 60_000

describe('the settings of the blog', () => {
  it('say who may comment and vote from the moment on at which they are in the log', async () => {
    const { bus, as, approved } = await bootComments()
    const { path } = await approved()
    const asked = async () => {
      const statuses: number[] = []
      for (const caller of [{ ...callers.guest, id: callers.otherGuest.id }, callers.reader, callers.owner]) {
        const who = await as(caller)
        statuses.push((await who.post(thread).send({ content: 'text' })).status)
        statuses.push((await who.put(`${path}/vote`).send({ value: 1 })).status)
      }
      return statuses
    }
    expect(await asked()).toEqual([201, 200, 201, 200, 201, 200])
    await appendSettings(bus, { commentsFrom: 'members' })
    expect(await asked()).toEqual([403, 403, 201, 200, 201, 200])
    await appendSettings(bus, { commentsFrom: 'nobody' })
    expect(await asked()).toEqual([403, 403, 403, 403, 403, 403])
    await appendSettings(bus, { commentsFrom: 'guests' })
    expect(await asked()).toEqual([201, 200, 201, 200, 201, 200])
  })

  it('decide the same after a restart with an empty file, whatever the variable says', async () => {
    const initial = initialSettings({ COMMENTS_FROM: 'guests' })
    const first = await bootComments({ initial })
    await appendSettings(first.bus, { commentsFrom: 'nobody' })
    await first.close()
    const { http, settled } = await bootComments({ bus: first.bus, initial })
    // At once, and when the whole log was read.
    expect((await http.post(thread).send({ content: 'text' })).status).toBe(403)
    await settled()
    expect((await http.post(thread).send({ content: 'text' })).status).toBe(403)
    await appendSettings(first.bus, { commentsFrom: 'guests' })
    expect((await http.post(thread).send({ content: 'text' })).status).toBe(201)
  })

  it('say for how long comments may be changed, with an account or without', async () => {
    const clock = fixedClock()
    const { bus, as } = await bootComments({ clock })
    for (const caller of [callers.guest, callers.reader]) {
      const who = await as(caller)
      await appendSettings(bus, { editMinutes: 60 })
      const path = `/comments/${(await who.post(thread).send({ content: 'text' })).body.id}`
      clock.pass(60 * minuteMs)
      expect((await who.patch(path).send({ content: 'better' })).status).toBe(200)
      clock.pass(1)
      const late = await who.patch(path).send({ content: 'late' })
      expect([late.status, late.body.detail]).toEqual([403, 'A comment may be changed for 60 minutes.'])
      await appendSettings(bus, { editMinutes: 61 })
      expect((await who.patch(path).send({ content: 'in time again' })).status).toBe(200)
      await appendSettings(bus, { editMinutes: 0 })
      const never = await who.patch(path).send({ content: 'never' })
      expect([never.status, never.body.detail]).toEqual([
        ...[403, 'Comments can’t be changed once they are sent.'],
      ])
      expect((await who.delete(path)).status).toBe(caller.kind === 'guest' ? 403 : 204)
    }
  })

  it('that were changed meanwhile leave a retry its first answer', async () => {
    const clock = fixedClock()
    const { bus, http, approved } = await bootComments({ clock })
    const { path } = await approved()
    const other = (await http.post(thread).send({ content: 'by someone else' })).body.id
    await moderate(bus, { id: other })
    const commands = [
      () => http.post(thread).set('Idempotency-Key', 'comment').send({ content: 'text' }),
      () => http.patch(path).set('Idempotency-Key', 'edit').send({ content: 'other words' }),
    ]
    const first = []
    for (const command of commands) first.push(await command())
    await appendSettings(bus, { commentsFrom: 'nobody', editMinutes: 0 })
    clock.pass(1)
    const { length } = await allEvents(bus)
    for (const [index, command] of commands.entries()) {
      const again = await command()
      expect([again.status, again.body]).toEqual([first[index]?.status, first[index]?.body])
    }
    expect(await allEvents(bus)).toHaveLength(length)
  })

  it('are taken from their own stream alone', async () => {
    const { bus, http } = await bootComments()
    const settings = { ...initialSettings(), commentsFrom: 'nobody' }
    const data = { settings, changedAt: '2026-03-01T00:00:00.000Z', by: null }
    await appendForeign(bus, { type: 'BlogSettingsChanged', subject: 'elsewhere', data })
    expect((await http.post(thread).send({ content: 'text' })).status).toBe(201)
  })
})
