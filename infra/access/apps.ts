import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestsOf } from '@logbook/chassis/access/service-tokens.ts'
import type { AccessTable, RowName } from '@logbook/chassis/access/table.ts'
import { systemClock } from '@logbook/chassis/clock.ts'
import { type Database, openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import type { TestAccess } from '@logbook/chassis/testing/access.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { createComments } from '@logbook/comments/app.ts'
import { migrations as commentTables } from '@logbook/comments/read-model/tables.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import { commentEndpoints } from '@logbook/contracts/endpoints/comments.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import { moderationEndpoints } from '@logbook/contracts/endpoints/moderation.ts'
import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import { publishers } from '@logbook/contracts/events/publishers.ts'
import { grantsOf } from '@logbook/contracts/http/endpoint.ts'
import { tokenGrants } from '@logbook/contracts/token-grants.ts'
import { accessOf as ofBus } from '@logbook/event-bus/access.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import { createMedia } from '@logbook/media/app.ts'
import { migrations as mediaTables } from '@logbook/media/read-model/tables.ts'
import { folderStorage } from '@logbook/media/storage/folder.ts'
import { createModeration } from '@logbook/moderation/app.ts'
import { migrations as moderationTables } from '@logbook/moderation/read-model/tables.ts'
import { createPosts } from '@logbook/posts/app.ts'
import { migrations as postTables } from '@logbook/posts/read-model/tables.ts'
import { Router } from 'express'
import type { Guarded } from './who.ts'

/** What each service says itself. */
export const tables: Readonly<Record<Guarded, AccessTable>> = {
  posts: grantsOf(postEndpoints),
  comments: grantsOf(commentEndpoints),
  moderation: grantsOf(moderationEndpoints),
  media: grantsOf(mediaEndpoints),
  query: grantsOf(queryEndpoints),
  accounts: grantsOf(accountEndpoints),
  notifications: grantsOf(notificationEndpoints),
  'event-bus': ofBus({ readers: tokenGrants.readsLog }),
}

/** The gate of a service with nothing behind it, for those that need much to start. Each starts with its own table or not at all. */
const gateOf = (name: Guarded, { verify }: TestAccess): RequestListener => {
  const router = Router()
  const table = tables[name]
  for (const row of Object.keys(table) as RowName[]) {
    const [method = '', path = ''] = row.split(' ')
    if (path !== '/metrics') router[method.toLowerCase() as 'get'](path, (_req, res) => void res.json({}))
  }
  const health = () => ({ ready: true })
  return createHttpApp({ name, logger: silentLogger, origins: [], router, access: { table, verify }, health })
}

/** A folder that is not there: nothing is stored by these tests. */
const nowhere = join(tmpdir(), `logbook-nowhere-${process.pid}`)

/** The services, over a log in memory; nothing follows it. `close` ends them. */
export const openApps = (
  access: TestAccess,
  tokens: Readonly<Record<string, string>>,
): { apps: Readonly<Record<Guarded, RequestListener>>; close: () => Promise<void> } => {
  const { verify } = access
  const file = (migrations: readonly string[]): Database =>
    openDatabase({ file: ':memory:', migrations, durability: 'normal' })
  const common = { bus: busOver(memoryLog()), ids: systemIds, verify, logger: silentLogger, origins: [] }
  const services = {
    posts: createPosts({ ...common, db: file(postTables), clock: systemClock }),
    comments: createComments({ ...common, db: file(commentTables), clock: systemClock }),
    moderation: createModeration({ ...common, db: file(moderationTables) }),
    media: createMedia({
      ...{ ...common, db: file(mediaTables), storage: folderStorage(nowhere), uploadsFolder: nowhere },
      allow: allowedTargets(['public']),
    }),
    'event-bus': createEventBus({
      store: memoryLog(),
      logger: silentLogger,
      knownCallers: digestsOf(tokens),
      publishers,
      readers: tokenGrants.readsLog,
      subscriptions: { db: openSubscriptions(':memory:'), pushAllow: [] },
    }),
  } satisfies Record<string, Service>
  const all = Object.entries(services) as [keyof typeof services, Service][]
  const running = Object.fromEntries(all.map(([name, { app }]) => [name, app])) as Record<
    keyof typeof services,
    RequestListener
  >
  return {
    apps: {
      ...running,
      query: gateOf('query', access),
      accounts: gateOf('accounts', access),
      notifications: gateOf('notifications', access),
    },
    close: async () => {
      for (const [, service] of all) await service.close()
    },
  }
}
