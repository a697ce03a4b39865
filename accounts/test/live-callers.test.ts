import { systemClock } from '@logbook/chassis/clock.ts'
import type { Person, Role } from '@logbook/contracts/identity.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiTokens } from '../src/people/api-tokens.ts'
import { createLiveCallers } from '../src/people/live-callers.ts'
import { createPeople } from '../src/people/people.ts'
import { createSessions } from '../src/people/sessions.ts'
import { type Booted, boot, password, tokenOf, tokens } from './boot.ts'

let accounts: Booted
let owner: Awaited<ReturnType<Booted['makeOwner']>>
beforeAll(async () => {
  accounts = await boot()
  owner = await accounts.makeOwner('Olga')
})
afterAll(() => accounts.close())

const setRole = async (id: string, role: Role) => {
  const changed = await accounts.ask('PATCH', `/people/${id}`, { as: owner.jwt, body: { role } })
  expect(changed.status).toBe(200)
}

/** Someone who was made an owner, and their access token of then. */
const secondOwner = async (name: string) => {
  const made = await accounts.makeReader(name)
  await setRole(made.id, 'owner')
  return { ...made, jwt: await accounts.jwtOf(made.cookie) }
}

const invite = async (as: string, email: string) => {
  const made = await accounts.ask('POST', '/invitations', { as, body: { email, role: 'owner' } })
  expect(made.status).toBe(201)
  return tokenOf(made.body.link)
}

const accept = (token: string) =>
  accounts.ask('POST', '/invitations/accept', { body: { token, name: 'Ingo', password } })

const commands = (id: string) =>
  [
    ['PATCH', `/people/${id}`, { role: 'owner' }],
    ['POST', '/invitations', { email: 'friend@example.org', role: 'owner' }],
    ['GET', '/people'],
    ['GET', '/invitations'],
    ['DELETE', `/invitations/${id}`],
    ['GET', '/operator/tokens'],
    ['DELETE', `/operator/tokens/${id}`],
    ['GET', `/people/${owner.id}/data`],
    ['DELETE', `/people/${owner.id}`],
    ['GET', '/erasures'],
  ] as const

const statuses = (as: string, id: string) =>
  Promise.all(
    commands(id).map(async ([method, path, body]) => {
      const { status } = await accounts.ask(method, path, { as, ...(body ? { body } : {}) })
      return `${method} ${path} ${status}`
    }),
  )

const all = (id: string, status: number) =>
  commands(id).map(([method, path]) => `${method} ${path} ${status}`)

describe('an access token within its minute', () => {
  it('an access token of an owner who was demoted meanwhile does nothing', async () => {
    const former = await secondOwner('Fred')
    await setRole(former.id, 'author')
    expect(await statuses(former.jwt, former.id)).toEqual(all(former.id, 403))
    expect((await accounts.ask('GET', '/me', { as: former.jwt })).body.role).toBe('author')
  })

  it('an access token of an erased person does nothing', async () => {
    const former = await secondOwner('Erik')
    expect((await accounts.ask('DELETE', `/people/${former.id}`, { as: owner.jwt })).status).toBe(202)
    expect(await statuses(former.jwt, former.id)).toEqual(all(former.id, 401))
  })

  it('an access token does nothing once its session has ended, such as create an API token', async () => {
    const former = await secondOwner('Sven')
    const [{ id: session }] = (await accounts.ask('GET', '/sessions', { as: former.jwt })).body
    await accounts.ask('DELETE', `/sessions/${session}`, { as: former.jwt })
    expect(await statuses(former.jwt, former.id)).toEqual(all(former.id, 401))
    const made = await accounts.ask('POST', '/tokens', { as: former.jwt, body: { name: 'lasting' } })
    expect(made.status).toBe(401)
  })

  it('an access token does nothing once its API token, of a person or a machine, is revoked', async () => {
    const person = await secondOwner('Tore')
    const ofPerson = await accounts.ask('POST', '/tokens', { as: person.jwt, body: { name: 'script' } })
    const ofNobody = await accounts.ask('POST', '/operator/tokens', {
      as: tokens.operator,
      body: { name: 'machine', role: 'owner' },
    })
    const given = async ({ body }: typeof ofPerson) =>
      (await accounts.exchange({ authorization: `Bearer ${body.token}` })).body.token
    const [first, second] = [await given(ofPerson), await given(ofNobody)]
    for (const as of [first, second]) expect((await accounts.ask('GET', '/people', { as })).status).toBe(200)
    await accounts.ask('DELETE', `/tokens/${ofPerson.body.id}`, { as: person.jwt })
    await accounts.ask('DELETE', `/operator/tokens/${ofNobody.body.id}`, { as: tokens.operator })
    for (const as of [first, second]) {
      expect(await statuses(as, person.id)).toEqual(all(person.id, 401))
      expect((await accounts.ask('POST', '/tokens', { as, body: { name: 'lasting' } })).status).toBe(401)
    }
  })

  it('a command does nothing once the role is gone, though the request was accepted before', async () => {
    const former = await secondOwner('Lars')
    const { db } = accounts
    const stores = {
      people: createPeople(db),
      sessions: createSessions(db),
      apiTokens: createApiTokens({ db, clock: systemClock }),
    }
    const { run } = createLiveCallers({ db, ...stores, restored: { pending: () => false } })
    const caller: Person = { kind: 'person', id: former.id, role: 'owner', name: 'Lars' }
    const command = () => run(caller, 'PATCH /people/:id', ({ role }) => role)
    expect(command()).toBe('owner')
    await setRole(former.id, 'reader')
    expect(command).toThrow(expect.objectContaining({ code: 'forbidden' }))
  })
})

describe('an invitation', () => {
  it('an invitation ends with the role of its sender, and does not come back with it', async () => {
    const former = await secondOwner('Inga')
    const token = await invite(former.jwt, 'ingo@example.org')
    expect((await accounts.ask('POST', '/invitations/look', { body: { token } })).status).toBe(200)
    await setRole(former.id, 'moderator')
    expect((await accounts.ask('POST', '/invitations/look', { body: { token } })).status).toBe(404)
    expect((await accept(token)).status).toBe(404)
    await setRole(former.id, 'owner')
    expect((await accept(token)).status).toBe(404)
    expect((await accounts.ask('GET', '/invitations', { as: owner.jwt })).body).toEqual([])
  })

  it('an invitation is refused where its sender is not an owner in the file', async () => {
    const former = await secondOwner('Rolf')
    const token = await invite(former.jwt, 'rolfs.friend@example.org')
    accounts.db.prepare("UPDATE user SET role = 'author' WHERE id = ?").run(former.id)
    expect((await accounts.ask('GET', '/invitations', { as: owner.jwt })).body).toEqual([])
    expect((await accept(token)).status).toBe(404)
  })

  it('an invitation ends with the account of its sender', async () => {
    const former = await secondOwner('Gerd')
    const token = await invite(former.jwt, 'gerds.friend@example.org')
    await accounts.ask('DELETE', `/people/${former.id}`, { as: owner.jwt })
    expect((await accept(token)).status).toBe(404)
  })

  it('an invitation made with an operator’s token ends with that token', async () => {
    const made = async () => {
      const machine = await accounts.ask('POST', '/operator/tokens', {
        as: tokens.operator,
        body: { name: 'machine', role: 'owner' },
      })
      const as = (await accounts.exchange({ authorization: `Bearer ${machine.body.token}` })).body.token
      return { id: machine.body.id, as }
    }
    const [kept, gone] = [await made(), await made()]
    const [good, bad] = [await invite(kept.as, 'one@example.org'), await invite(gone.as, 'two@example.org')]
    await accounts.ask('DELETE', `/operator/tokens/${gone.id}`, { as: tokens.operator })
    expect((await accept(bad)).status).toBe(404)
    expect((await accept(good)).status).toBe(201)
  })
})
