import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { systemIds } from '@logbook/chassis/ids.ts'
import { fixedClock } from '@logbook/chassis/testing/deterministic.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { erasureFollowers, erasureSubject } from '@logbook/contracts/events/users.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { type Booted, boot, tokens } from './boot.ts'

let accounts: Booted
beforeEach(async () => {
  accounts = await boot()
})
afterEach(() => accounts.close())

const streamOf = (id: string) => accounts.bus.readStream(`user-${id}`)
const announced = (id: string, type = 'UserRegistered') =>
  until(async () => (await streamOf(id)).find((event: RecordedEvent) => event.type === type))

const confirm = (id: string, service: string) =>
  accounts.bus.append([
    {
      id: systemIds.next(),
      source: `/${service}`,
      type: 'ErasureConfirmed',
      subject: erasureSubject(id),
      data: { id, service, confirmedAt: new Date().toISOString() },
    },
  ])

describe('an erasure by the person', () => {
  it('an erased person is gone from every file, and the receipt lists events and confirmations', async () => {
    const reader = await accounts.makeReader('Vanessa Vanishes')
    await accounts.ask('POST', '/tokens', { as: reader.jwt, body: { name: 'Vanessas script' } })
    const registered = await announced(reader.id)
    const asked = await accounts.ask('DELETE', `/people/${reader.id}`, { as: reader.jwt })
    expect(asked.status).toBe(202)
    expect(asked.headers.get('Location')).toBe(`/erasures/${reader.id}`)
    expect((await announced(reader.id, 'UserErased')).data).toMatchObject({ id: reader.id, by: reader.id })

    expect((await accounts.exchange({ cookie: reader.cookie })).body.token).toBeNull()
    const [key] = (
      await accounts.ask('POST', '/keys', { as: tokens.comments, body: { ids: [reader.id], create: true } })
    ).body.keys
    expect(key).toEqual({ id: reader.id, key: null, state: 'erased' })

    const receipt = async () => (await accounts.ask('GET', `/erasures/${reader.id}`)).body
    expect(await receipt()).toMatchObject({
      id: reader.id,
      events: [{ id: registered.id, type: 'UserRegistered', position: registered.position }],
      complete: false,
      overdue: false,
    })
    for (const service of erasureFollowers) await confirm(reader.id, service)
    const whole = await until(async () => {
      const now = await receipt()
      return now.complete && now
    })
    expect(whole.services.map(({ service }: { service: string }) => service)).toEqual([
      'accounts',
      ...erasureFollowers,
    ])
    expect(accounts.sent.some(({ to }) => to === reader.email)).toBe(false)

    await accounts.stop()
    for (const name of readdirSync(accounts.folder, { recursive: true, encoding: 'utf8' })) {
      const file = join(accounts.folder, name)
      if (!statSync(file).isFile()) continue
      const bytes = readFileSync(file).toString('latin1').toLowerCase()
      expect(bytes.includes('vaness'), name).toBe(false)
    }
    accounts = await boot({ folder: accounts.folder, bus: accounts.bus })
  })

  it('an erased person may sign up again as a new person', async () => {
    const before = await accounts.makeReader('Phoenix')
    await accounts.ask('DELETE', `/people/${before.id}`, { as: before.jwt })
    const after = await accounts.makeReader('Phoenix')
    expect(after.id).not.toBe(before.id)
    expect((await announced(after.id)).data).toMatchObject({ role: 'reader' })
  })

  it('the last owner cannot be erased', async () => {
    const owner = await accounts.makeOwner()
    const asked = await accounts.ask('DELETE', `/people/${owner.id}`, { as: owner.jwt })
    expect(asked).toMatchObject({ status: 409, body: { code: 'conflict' } })
    const down = await accounts.ask('PATCH', `/people/${owner.id}`, {
      as: owner.jwt,
      body: { role: 'reader' },
    })
    expect(down.status).toBe(409)
  })
})

describe('an erasure by an owner', () => {
  it('an owner erases people without an account: a guest, an imported author', async () => {
    const owner = await accounts.makeOwner()
    const guest = systemIds.next()
    await until(
      async () =>
        (await accounts.ask('POST', '/keys', { as: tokens.comments, body: { ids: [guest], create: true } }))
          .status === 200,
    )
    expect((await accounts.ask('DELETE', `/people/${guest}`, { as: owner.jwt })).status).toBe(202)
    expect((await announced(guest, 'UserErased')).data).toMatchObject({ id: guest, by: owner.id })
    const { body } = await accounts.ask('GET', '/erasures', { as: owner.jwt })
    expect(body.map(({ id }: { id: string }) => id)).toEqual([guest])
  })
})

describe('reads at a position', () => {
  const asked = ['/people/:id/data', '/erasures', '/erasures/:id']

  it.each(asked)('GET %s waits for Min-Position, or says that it is behind', async (path) => {
    const owner = await accounts.makeOwner()
    const reader = await accounts.makeReader('Wanda')
    await announced(reader.id)
    if (path.startsWith('/erasures')) await accounts.ask('DELETE', `/people/${reader.id}`, { as: owner.jwt })
    const url = path.replace(':id', reader.id)
    const read = (headers: Record<string, string>) =>
      accounts.ask('GET', url, { as: path === '/erasures/:id' ? undefined : owner.jwt, headers })
    const [{ position } = { position: 0 }] = await confirm(systemIds.next(), 'query')
    const waited = await read({ 'Min-Position': String(position), Prefer: 'wait=20' })
    expect(waited.status).toBe(200)
    expect(Number(waited.headers.get('Position'))).toBeGreaterThanOrEqual(position)
    const ahead = await read({ 'Min-Position': '999999' })
    expect([ahead.status, ahead.body.code]).toEqual([503, 'view-behind'])
    const wrong = await read({ 'Min-Position': 'soon' })
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([422, 'Min-Position'])
  })
})

describe('an erasure of an unknown id', () => {
  it('an erasure of an unknown id is refused and leaves nothing in the file or in the log', async () => {
    const own = await boot()
    const id = systemIds.next()
    expect((await own.ask('DELETE', `/people/${id}`, { as: tokens.operator })).status).toBe(404)
    expect((await own.ask('GET', `/erasures/${id}`, { as: tokens.operator })).status).toBe(404)
    expect(await own.bus.readStream(`user-${id}`)).toEqual([])
    await own.close()
  })
})

describe('an erasure that a service has not confirmed', () => {
  it('an unconfirmed erasure is overdue after an hour, and /health counts it', async () => {
    const clock = fixedClock('2026-01-01T00:00:00.000Z')
    const slow = await boot({ clock })
    const id = systemIds.next()
    await slow.ask('POST', '/keys', { as: tokens.comments, body: { ids: [id], create: true } })
    await slow.ask('DELETE', `/people/${id}`, { as: tokens.operator })
    expect((await slow.ask('GET', '/health')).body.erasures.overdue).toBe(0)
    clock.set(new Date(clock.now().getTime() + (limits.erasureOverdueMinutes + 1) * 60_000).toISOString())
    const { body } = await slow.ask('GET', `/erasures/${id}`)
    expect(body).toMatchObject({ overdue: true, complete: false })
    expect((await slow.ask('GET', '/health')).body.erasures.overdue).toBe(1)
    await slow.close()
  })
})

describe('publishing to the log', () => {
  it('changes of people are published once and completely, though the bus was unreachable', async () => {
    const reader = await accounts.makeReader('Una')
    await announced(reader.id)
    const { append } = accounts.bus
    accounts.bus.append = () => Promise.reject(new Error('the bus is away'))
    await accounts.ask('PATCH', '/me', { as: reader.jwt, body: { name: 'Una Two' } })
    await accounts.ask('PATCH', '/me', { as: reader.jwt, body: { name: 'Una Three' } })
    await until(async () => (await accounts.ask('GET', '/health')).body.announcements.fault !== null)
    await accounts.stop()
    accounts.bus.append = append
    accounts = await boot({ folder: accounts.folder, bus: accounts.bus })
    await announced(reader.id, 'UserRenamed')
    await until(async () => (await accounts.ask('GET', '/health')).body.announcements.unannounced === 0)
    expect((await streamOf(reader.id)).map(({ type }) => type)).toEqual(['UserRegistered', 'UserRenamed'])
  })

  it('a change of role is published with the person who made it', async () => {
    const owner = await accounts.makeOwner()
    const reader = await accounts.makeReader('Rolf')
    await announced(reader.id)
    await accounts.ask('PATCH', `/people/${reader.id}`, { as: owner.jwt, body: { role: 'author' } })
    const { data } = await announced(reader.id, 'UserRoleChanged')
    expect(data).toEqual({ id: reader.id, role: 'author', by: owner.id })
  })
})

describe('a download of personal data', () => {
  it('a person downloads their account, sessions, token names and unsealed events', async () => {
    const reader = await accounts.makeReader('Dora Data')
    const { body: token } = await accounts.ask('POST', '/tokens', { as: reader.jwt, body: { name: 'feeds' } })
    await announced(reader.id)
    const mine = await until(async () => {
      const answer = await accounts.ask('GET', `/people/${reader.id}/data`, { as: reader.jwt })
      return answer.body.events.length > 0 && answer
    })
    expect(mine.headers.get('Content-Disposition')).toContain('attachment')
    expect(mine.body).toMatchObject({
      account: { name: 'Dora Data', email: reader.email },
      sessions: [{ userAgent: 'node' }],
      tokens: [{ name: 'feeds' }],
      events: [{ type: 'UserRegistered', data: { name: 'Dora Data' } }],
    })
    expect(JSON.stringify(mine.body)).not.toContain(token.token)
  })

  it('a download contains only events sealed with the person’s key, whatever the index says', async () => {
    const reader = await accounts.makeReader('Dora Data')
    const other = await accounts.makeReader('Olive Other')
    const { position: hers } = await announced(reader.id)
    const { position: others } = await announced(other.id)
    const index = accounts.db.prepare<[], { position: number }>('SELECT position FROM person_event')
    await until(() => index.all().length === 2)
    // As an index is that was made from a log before an older copy of it came back, and grew again.
    const move = accounts.db.prepare('UPDATE person_event SET position = ? WHERE person_id = ?')
    const eventsOf = async () =>
      (await accounts.ask('GET', `/people/${reader.id}/data`, { as: reader.jwt })).body.events
    move.run(others, reader.id)
    expect(await eventsOf()).toEqual([])
    move.run(hers, reader.id)
    expect((await eventsOf()).map(({ data }: RecordedEvent) => data)).toMatchObject([{ name: 'Dora Data' }])
  })
})
