import { until } from '@logbook/chassis/testing/until.ts'
import { mediaFinished, mediaRemoved, mediaRequested } from '@logbook/contracts/examples/media.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Booted, boot } from './boot.ts'

let accounts: Booted
let owner: Awaited<ReturnType<Booted['makeOwner']>>
beforeAll(async () => {
  accounts = await boot()
  owner = await accounts.makeOwner()
})
afterAll(() => accounts.close())

type Example = ReturnType<typeof mediaRequested | typeof mediaFinished | typeof mediaRemoved>
const append = (...examples: Example[]) =>
  accounts.bus.append(
    examples.map(({ type, subject, source, data }) => ({
      ...{ id: crypto.randomUUID(), type, subject, source, dataversion: 1, data },
    })),
  )
const streamOf = (id: string) => ({ subject: `media-${id}` })

/** A picture that a person has sent and that is ready, and its address. */
const picture = async (ownerId: string | null, { isReady = true } = {}) => {
  const id = crypto.randomUUID()
  await append(mediaRequested({ id, ownerId }, streamOf(id)))
  if (isReady) await append(mediaFinished({ id, ownerId }, streamOf(id)))
  return { id, address: `/api/media/${id}/w640.jpg#640x640@50,30` }
}

const remove = (id: string) => append(mediaRemoved({ id }, streamOf(id)))

const choose = (jwt: string, address: unknown) =>
  accounts.ask('PATCH', '/me', { as: jwt, body: { picture: address } })

const shownBy = async (jwt: string) => (await accounts.ask('GET', '/me', { as: jwt })).body.picture

const published = async (id: string) =>
  (await accounts.bus.readStream(`user-${id}`)).filter(({ type }) => type === 'UserPictured')

const moderator = async () => {
  const { id, jwt } = await accounts.makeReader('Mo')
  await accounts.ask('PATCH', `/people/${id}`, { as: owner.jwt, body: { role: 'moderator' } })
  return { id, jwt }
}

describe('the portrait of a person', () => {
  it('is chosen by a reader and withdrawn, and published sealed before the answer', async () => {
    const { id, jwt } = await accounts.makeReader('Pia')
    const { address } = await picture(id)
    const { status, body } = await choose(jwt, address)
    expect([status, body.name, body.picture]).toEqual([200, 'Pia', address])
    const [chosen] = await published(id)
    expect(chosen?.data).toEqual({ id, sealed: expect.objectContaining({ key: id }) })
    expect((await choose(jwt, address)).status).toBe(200)
    expect(await published(id)).toHaveLength(1)
    expect((await choose(jwt, null)).body.picture).toBeNull()
    expect(await published(id)).toHaveLength(2)
  })

  it('is no picture of elsewhere, of another person, of no person, or that is not ready or gone', async () => {
    const { id, jwt } = await accounts.makeReader('Paul')
    const other = await accounts.makeReader('Otto')
    const gone = await picture(id)
    await remove(gone.id)
    const [own, others, nobodys] = [await picture(id), await picture(other.id), await picture(null)]
    const early = await picture(id, { isReady: false })
    for (const wrong of [
      ...[others.address, nobodys.address, early.address, gone.address],
      own.address.replace(own.id, crypto.randomUUID()),
      own.address.replace('#640x640', ''),
      `https://else.example${own.address}`,
      ...['https://else.example/a.jpg', 'javascript:alert(1)', 7, {}],
    ]) {
      const { status, body } = await choose(jwt, wrong)
      expect([wrong, status, body.errors?.[0]?.path]).toEqual([wrong, 422, 'picture'])
    }
    expect((await accounts.ask('PATCH', '/me', { as: jwt, body: {} })).status).toBe(422)
    expect([await shownBy(jwt), await published(id)]).toEqual([null, []])
  })

  it('is withdrawn when its picture is removed, and another person’s is not', async () => {
    const [pat, quinn] = [await accounts.makeReader('Pat'), await accounts.makeReader('Quinn')]
    const [hers, his] = [await picture(pat.id), await picture(quinn.id)]
    await choose(pat.jwt, hers.address)
    await choose(quinn.jwt, his.address)
    await remove(hers.id)
    await until(async () => (await published(pat.id)).length === 2)
    expect([await shownBy(pat.jwt), await shownBy(quinn.jwt)]).toEqual([null, his.address])
  })

  it('can be changed a number of times in an hour', async () => {
    const { id, jwt } = await accounts.makeReader('Polly')
    const [one, other] = [await picture(id), await picture(id)]
    const statuses: number[] = []
    for (let n = 0; n < 10; n++)
      for (const { address } of [one, other]) statuses.push((await choose(jwt, address)).status)
    expect([...new Set(statuses)]).toEqual([200])
    expect((await choose(jwt, one.address)).status).toBe(429)
    expect(await shownBy(jwt)).toBe(other.address)
    const renamed = await accounts.ask('PATCH', '/me', { as: jwt, body: { name: 'Pollyanna' } })
    expect(renamed.status).toBe(200)
  })

  it('is removed by a moderator, and by no reader or author, nor their own by another way', async () => {
    const { id, jwt } = await accounts.makeReader('Rude')
    await choose(jwt, (await picture(id)).address)
    const removeBy = async (as?: string) =>
      (await accounts.ask('DELETE', `/people/${id}/picture`, as === undefined ? {} : { as })).status
    expect([await removeBy(), await removeBy((await accounts.makeReader('Rex')).jwt)]).toEqual([401, 403])
    expect(await shownBy(jwt)).not.toBeNull()
    const { jwt: as } = await moderator()
    expect(await removeBy(as)).toBe(204)
    expect([await shownBy(jwt), (await published(id)).length]).toEqual([null, 2])
    expect(await removeBy(as), 'again').toBe(204)
    const path = `/people/${crypto.randomUUID()}/picture`
    expect((await accounts.ask('DELETE', path, { as })).status).toBe(404)
  })
})
