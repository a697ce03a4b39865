import { join } from 'node:path'
import { createAccounts } from '@logbook/accounts/app.ts'
import { refuseBesideSealed } from '@logbook/accounts/storage/new-accounts.ts'
import { openAccountsFile } from '@logbook/accounts/storage/tables.ts'
import { digestsOf } from '@logbook/chassis/access/service-tokens.ts'
import { systemClock as clock } from '@logbook/chassis/clock.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { type Listening, listen } from '@logbook/chassis/http/server.ts'
import { systemIds as ids } from '@logbook/chassis/ids.ts'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLogger as logger } from '@logbook/chassis/logger.ts'
import { openBus } from '@logbook/chassis/sealing/open-bus.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { callers, testAccess } from '@logbook/chassis/testing/access.ts'
import { createComments } from '@logbook/comments/app.ts'
import { migrations as commentTables } from '@logbook/comments/read-model/tables.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { refuseUnsoundCopy } from '@logbook/event-bus/log/copied-log.ts'
import { refuseLostLog } from '@logbook/event-bus/log/lost-log.ts'
import { openLog } from '@logbook/event-bus/log/open-log.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import { createModeration } from '@logbook/moderation/app.ts'
import { migrations as moderationTables } from '@logbook/moderation/read-model/tables.ts'
import { createPosts } from '@logbook/posts/app.ts'
import { migrations as postTables } from '@logbook/posts/read-model/tables.ts'
import { createQuery } from '@logbook/query/app.ts'
import { openFiles } from '@logbook/query/open.ts'
import { startBuild } from '@logbook/query/rebuild/build.ts'
import supertest from 'supertest'

const access = await testAccess()
const tokens = { operator: 'token-of-the-operator-in-tests', comments: 'token-of-a-service-in-tests-1' }
const owner = (await access.header(callers.owner)) ?? ''

export const following = ['accounts', 'posts', 'comments', 'moderation', 'query'] as const
export type Name = (typeof following)[number]

const config = { publicUrl: 'http://blog.test', origins: [], signUp: 'open' as const, social: {} }

type End = () => Promise<void> | void

const serve = async (service: Service, ends: End[], port = 0): Promise<Listening> => {
  const listening = await listen(service.app, { host: '127.0.0.1', port })
  ends.push(async () => {
    service.drain?.()
    listening.server.closeAllConnections()
    await listening.close()
    await service.close()
  })
  await service.start()
  return listening
}

const allIn = (ends: End[]) => async () => {
  for (const end of ends.splice(0).reverse()) await end()
}

/** The bus over the files of a data folder, as it starts: throws `StartRefused`. */
export const startBus = async (folder: string, port = 0) => {
  const file = join(folder, 'event-bus.sqlite')
  refuseLostLog(file, { newLog: false })
  await refuseUnsoundCopy(file)
  const db = openSubscriptions(join(folder, 'subscriptions.sqlite'))
  const store = openLog(file)
  const ends: End[] = []
  const { url } = await serve(
    createEventBus({ store, logger, subscriptions: { db, pushAllow: [] } }),
    ends,
    port,
  )
  return { store, url, close: allIn(ends) }
}

/** The services over the files of one data folder, in this process, each on a port of its own. They throw `StartRefused` as they do. */
export const startServices = async (folder: string, busUrl: string) => {
  const ends: End[] = []
  const close = allIn(ends)
  const file = (name: string) => join(folder, `${name}.sqlite`)

  const startAccounts = async () => {
    const bus = createBusClient({ url: busUrl, source: '/accounts', logger })
    ends.push(() => bus.close())
    await refuseBesideSealed({ file: file('accounts'), bus })
    const db = openAccountsFile(file('accounts'))
    const post = { deliver: async () => {}, forget: () => {}, forgetInvitations: () => {} }
    const masterKey = { file: join(folder, 'secrets', 'master-key') }
    const knownCallers = digestsOf(tokens)
    const service = await createAccounts({
      ...{ bus, db, clock, ids, logger, post, knownCallers },
      config: { ...config, masterKey },
    })
    return serve(service, ends)
  }

  /** Over these files, or in memory. */
  const startViews = async (
    urls: { busUrl: string; accountsUrl: string },
    fileOf: (name: string) => string,
  ) => {
    const over = (name: string) => {
      const source = `/${name}`
      const opened = openBus({ ...urls, serviceToken: tokens.comments, source, logger, personal })
      ends.push(opened.close)
      return { ...opened, clock, ids, verify: access.verify, logger, origins: [] }
    }
    const rows = (name: string, migrations: readonly string[]) =>
      openDatabase({ file: fileOf(name), migrations, durability: 'normal', exclusive: true })
    const posts = await serve(createPosts({ ...over('posts'), db: rows('posts', postTables) }), ends)
    const comments = await serve(
      createComments({ ...over('comments'), db: rows('comments', commentTables) }),
      ends,
    )
    const moderation = await serve(
      createModeration({ ...over('moderation'), db: rows('moderation', moderationTables) }),
      ends,
    )
    const own = over('query')
    const query = await serve(
      createQuery({
        ...{ ...own, ...openFiles(fileOf('query')), publicUrl: config.publicUrl, initial: initialSettings() },
        startBuild: (task) => startBuild({ ...task, bus: own.bus, logger }),
      }),
      ends,
    )
    return { posts, comments, moderation, query }
  }

  try {
    const accounts = await startAccounts()
    const urls = { busUrl, accountsUrl: accounts.url }
    const services: Record<Name, Listening> = { accounts, ...(await startViews(urls, file)) }
    const ask = (name: Name, as: string = owner) =>
      supertest.agent(services[name].url).set('Authorization', as)
    const health = async (name: Name) => (await ask(name).get('/health')).body
    return {
      ...{ ask, health, close, owner },
      urlOf: (name: Name) => services[name].url,
      /** Somebody who was never here before. */
      newGuest: async () => (await access.header({ ...callers.guest, id: ids.next() })) ?? '',
      /** The same services again, over nothing: what the log alone makes of them. */
      fresh: async () => {
        const views = await startViews(urls, () => ':memory:')
        return (name: keyof typeof views) => supertest.agent(views[name].url).set('Authorization', owner)
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
export type Services = Awaited<ReturnType<typeof startServices>>
