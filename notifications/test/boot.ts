import { randomUUID } from 'node:crypto'
import type { Clock } from '@logbook/chassis/clock.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { callers, testAccess } from '@logbook/chassis/testing/access.ts'
import { type FixedClock, fixedClock } from '@logbook/chassis/testing/deterministic.ts'
import { testLog } from '@logbook/chassis/testing/test-log.ts'
import { startService } from '@logbook/chassis/testing/test-service.ts'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { postCreated } from '@logbook/contracts/examples/posts.ts'
import { userRegistered } from '@logbook/contracts/examples/users.ts'
import { inlineRenderer } from '@logbook/markdown/testing/renderers.ts'
import { createNotifications, type Notifications } from '../src/app.ts'
import { openOutbox, openView } from './files.ts'
import { startMailSink } from './mail-sink.ts'

export const begun = '2026-03-02T10:00:00.000Z'

/** A log in memory, with a clock that it takes the times of events from. */
export const logbook = <Of extends Clock = FixedClock>(clock: Of = fixedClock(begun) as unknown as Of) => ({
  ...testLog({ now: () => clock.now() }),
  clock,
})
export type Logbook = Pick<ReturnType<typeof logbook>, 'publish'>

export const postId = '01920000-0000-7000-8000-00000000aa01'
export const { author, reader, owner, moderator } = callers

const tokens = await testAccess()

interface Boot extends Partial<Pick<Notifications, 'addressOf' | 'db' | 'outboxDb'>> {
  bus: Bus
  clock: Clock
  config?: Partial<Notifications['config']>
}

/** Notifications over a bus, started, and closed when the test is over. */
export const bootNotifications = ({ bus, clock, config, ...rest }: Boot) => {
  const service = createNotifications({
    ...{ bus, clock, ids: systemIds, verify: tokens.verify, logger: silentLogger },
    db: openView(),
    outboxDb: openOutbox(),
    addressOf: async (id) => `${id}@people.example`,
    renderer: inlineRenderer,
    config: {
      ...{ serviceToken: undefined, knownCallers: undefined, origins: [], publicUrl: 'https://blog.example' },
      ...{
        blogTitle: 'Logbook',
        outbox: '/nowhere',
        mailFrom: 'blog@blog.example',
        smtp: undefined,
        dkim: undefined,
      },
      ...{ hooks: {}, vapidFile: '/nowhere', backupDays: 7, queryUrl: 'http://127.0.0.1:1' },
      ...{
        hooksAllow: ['loopback', 'public'],
        mentionsAllow: ['loopback', 'public'],
        websubAllow: ['loopback'],
      },
      ...config,
    },
    ...rest,
  })
  const { agent, as, app, close, health, healthy } = startService(service, { access: tokens })
  return {
    ...{ agent, as, app, close, health },
    digests: service.digests,
    backups: service.backups,
    parked: service.parked,
    /** Resolves once the log has been read up to here. */
    read: (head: () => number) => healthy(({ position, ready }) => ready && position >= head()),
    /** The same, and everything that is due is sent or given up. */
    settled: (head: () => number) =>
      healthy(({ position, ready, mail }) => ready && position >= head() && mail.oldest === null),
  }
}

/** An author with a published post, a reader, an owner and a moderator, all known to the log before the service starts. */
export const populate = async ({ publish }: Logbook): Promise<void> => {
  for (const { id, role, name } of [author, reader, owner, moderator])
    await publish(userRegistered({ id, role, name, registeredAt: begun }))
  await publish(
    postCreated({
      ...{
        id: postId,
        slug: 'first',
        title: 'The first',
        status: 'published',
        kind: 'post',
        tags: ['Birds'],
      },
      ...{ authorId: author.id, authorName: author.name, publishedAt: begun, createdAt: begun },
    }),
  )
}

interface Comment {
  id?: string
  by?: string | null
  parentId?: string | null
  content?: string
  createdAt?: string
}

/** A comment that is approved, as comments and moderation say it. Resolves with its id. */
export const approvedComment = async (
  { publish }: Logbook,
  {
    id = randomUUID(),
    by = reader.id,
    parentId = null,
    content = 'An orange heron.',
    createdAt = begun,
  }: Comment = {},
): Promise<string> => {
  const said = {
    ...{ id, postId, parentId, authorId: by, content, createdAt },
    author: { name: 'A reader', url: null, email: null },
  }
  await publish(commentCreated(said))
  await publish(commentUpdated({ ...said, status: 'approved' }))
  return id
}

export { openOutbox, openView, startMailSink }
