import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestsOf } from '@logbook/chassis/access/service-tokens.ts'
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
import { busEndpointsFor } from '@logbook/contracts/endpoints/event-bus.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import { moderationEndpoints } from '@logbook/contracts/endpoints/moderation.ts'
import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import { publishers } from '@logbook/contracts/events/publishers.ts'
import type { ServiceEndpoints } from '@logbook/contracts/http/endpoint.ts'
import { tokenGrants } from '@logbook/contracts/token-grants.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { openSubscriptions } from '@logbook/event-bus/subscriptions/tables.ts'
import { createMedia } from '@logbook/media/app.ts'
import { migrations as mediaTables } from '@logbook/media/read-model/tables.ts'
import { folderStorage } from '@logbook/media/storage/folder.ts'
import { createModeration } from '@logbook/moderation/app.ts'
import { migrations as moderationTables } from '@logbook/moderation/read-model/tables.ts'
import { createPosts } from '@logbook/posts/app.ts'
import { migrations as postTables } from '@logbook/posts/read-model/tables.ts'
import type { Response } from 'express'
import type { Guarded } from './who.ts'

/** What each service declares itself. */
export const declared: Readonly<Record<Guarded, ServiceEndpoints>> = {
  posts: postEndpoints,
  comments: commentEndpoints,
  moderation: moderationEndpoints,
  media: mediaEndpoints,
  query: queryEndpoints,
  accounts: accountEndpoints,
  notifications: notificationEndpoints,
  'event-bus': busEndpointsFor({ readers: tokenGrants.readsLog }),
}

/** The declared endpoints of a service with nothing behind their access checks, for those that need much to start. */
const gatesOf = (name: Guarded, { verify }: TestAccess): RequestListener => {
  const nothing = { raw: (_req: unknown, res: Response) => void res.json({}) }
  const handlers = Object.fromEntries(Object.keys(declared[name].rows).map((row) => [row, nothing]))
  const follower = { position: 0, reached: async () => true, log: undefined }
  const api = { declared: declared[name], handlers, verify, follower }
  return createHttpApp({ name, logger: silentLogger, origins: [], api, health: () => ({ ready: true }) })
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
      query: gatesOf('query', access),
      accounts: gatesOf('accounts', access),
      notifications: gatesOf('notifications', access),
    },
    close: async () => {
      for (const [, service] of all) await service.close()
    },
  }
}
