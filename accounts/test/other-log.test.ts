import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { exchangeableBus } from '@logbook/chassis/testing/exchangeable-bus.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { copyOfLog, memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import { expect, it, onTestFinished } from 'vitest'
import { boot, tokens } from './boot.ts'

it.each(['restore', 'hand'] as const)(
  'people, roles and erasures that a log put back by %s has lost are published again, once each',
  async (by) => {
    const store = memoryLog()
    const { bus, exchange } = exchangeableBus(store)
    const accounts = await boot({ bus })
    onTestFinished(() => accounts.close())
    let current: LogStore = store
    const streamOf = (id: string) => busOver(current).readStream(`user-${id}`)
    const typesOf = async (id: string) => (await streamOf(id)).map(({ type }) => type)
    const owner = await accounts.makeOwner()
    await until(async () => (await typesOf(owner.id)).length === 1)
    const upTo = store.head()
    const reader = await accounts.makeReader('Rita')
    const erased = await accounts.makeReader('Vera')
    await accounts.ask('PATCH', `/people/${reader.id}`, { as: owner.jwt, body: { role: 'author' } })
    await until(async () => (await typesOf(erased.id)).includes('UserRegistered'))
    await accounts.ask('DELETE', `/people/${erased.id}`, { as: tokens.operator })
    const receipt = async () => (await accounts.ask('GET', `/erasures/${erased.id}`)).body
    await until(async () => (await receipt()).announced)

    current = await copyOfLog(store, { upTo, by })
    exchange(current)
    await until(async () => (await typesOf(erased.id)).includes('UserErased'))
    await until(async () => (await typesOf(reader.id)).length > 0)
    await until(async () => (await accounts.ask('GET', '/health')).body.announcements.unannounced === 0)
    // Of who is erased the log learns no more than that; of the others, what is so now.
    expect(await typesOf(erased.id)).toEqual(['UserErased'])
    expect(await typesOf(owner.id)).toEqual(['UserRegistered'])
    const [registered, ...more] = await streamOf(reader.id)
    expect([registered?.data, more]).toMatchObject([{ role: 'author' }, []])
    await until(async () => (await receipt()).announced)
    const index = accounts.db.prepare<[], string>('SELECT person_id FROM person_event').pluck()
    await until(() => index.all().length === 2)
    expect(new Set(index.all())).toEqual(new Set([owner.id, reader.id]))
    const mine = await accounts.ask('GET', `/people/${reader.id}/data`, { as: reader.jwt })
    expect(mine.body.events).toMatchObject([{ id: registered?.id, data: { name: 'Rita' } }])
    expect((await accounts.ask('GET', '/health/ready')).status).toBe(200)
  },
)
