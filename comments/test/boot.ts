import type { Digests } from '@logbook/chassis/access/service-tokens.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { callers, type Flaw, testAccess } from '@logbook/chassis/testing/access.ts'
import { fixedClock, sequentialIds } from '@logbook/chassis/testing/deterministic.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import type { EventToAppend, RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { moderationSubject } from '@logbook/contracts/events/moderation.ts'
import { type BlogSettings, initialSettings, settingsSubject } from '@logbook/contracts/events/settings.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { examplePostId, postCreated } from '@logbook/contracts/examples/posts.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import supertest from 'supertest'
import { onTestFinished, vi } from 'vitest'
import { createComments } from '../src/app.ts'
import { migrations } from '../src/read-model/tables.ts'

export const thread = `/posts/${examplePostId}/comments`

/** Reads what was just written. */
export const at = (answer: { headers: Record<string, string> }) => ({
  [headers.minPosition]: String(answer.headers.position),
  Prefer: 'wait=2',
})

/** Everything in the log. */
export const allEvents = async (bus: Bus): Promise<RecordedEvent[]> =>
  (await bus.read({ after: 0, limit: 100_000 })).events

let others = 0
/** Appends what this service would not. */
export const appendForeign = async (
  bus: Bus,
  event: Pick<EventToAppend, 'type' | 'data'> & { subject: string; dataversion?: number },
): Promise<string> => {
  const id = `foreign-${++others}`
  await bus.append([{ id, source: '/elsewhere', dataversion: 1, ...event }])
  return id
}

/** Appends a post that readers see, unless told otherwise. */
export const appendPost = (bus: Bus, data: Parameters<typeof postCreated>[0] = {}) => {
  const { type, subject, data: whole } = postCreated(data)
  return appendForeign(bus, { type, subject, data: whole })
}

/** Speaks as posts does when an owner has changed the settings. */
export const appendSettings = (bus: Bus, changes: Partial<BlogSettings>) =>
  appendForeign(bus, {
    type: 'BlogSettingsChanged',
    subject: settingsSubject,
    dataversion: currentDataVersion('BlogSettingsChanged'),
    data: {
      settings: { ...initialSettings(), ...changes },
      changedAt: '2026-03-01T00:00:00.000Z',
      by: null,
    },
  })

/** Speaks as moderation does, and returns the id of the event. */
export const moderate = (
  bus: Bus,
  verdict: Pick<EventData<'CommentModerated'>, 'id'> & Partial<EventData<'CommentModerated'>>,
): Promise<string> => {
  const data: EventData<'CommentModerated'> = {
    postId: examplePostId,
    status: 'approved',
    reason: '',
    by: { kind: 'person', id: null, name: 'moderator' },
    revision: 1,
    ...verdict,
  }
  return appendForeign(bus, { type: 'CommentModerated', subject: moderationSubject(data.id), data })
}

const tokens = await testAccess()

/** The whole service on a free port over a log in memory, with one post to comment on; it ends with the test. */
export const bootComments = async ({
  bus = busOver(memoryLog()),
  file = ':memory:',
  clock = fixedClock(),
  ids = sequentialIds(),
  initial = initialSettings(),
  knownCallers = {} as Digests,
} = {}) => {
  const db = openDatabase({ file, migrations, durability: 'normal' })
  const service = createComments({
    bus,
    db,
    clock,
    ids,
    initial,
    knownCallers,
    verify: tokens.verify,
    logger: silentLogger,
    origins: [],
  })
  const { url, close } = await listen(service.app, { host: '127.0.0.1', port: 0 })
  if ((await allEvents(bus)).length === 0) await appendPost(bus)
  await service.start()
  /** Speaks as someone; nobody sends nothing. */
  const as = async (caller: Caller, flaw?: Flaw) => {
    const header = await tokens.header(caller, flaw)
    return header === undefined ? supertest.agent(url) : supertest.agent(url).set('Authorization', header)
  }
  const http = await as(callers.guest)
  /** For requests that are made otherwise. */
  const headerOf = async (caller: Caller): Promise<string> => (await tokens.header(caller)) ?? ''
  const authorization = await headerOf(callers.guest)
  let closed: Promise<void> | undefined
  const stop = () => {
    closed ??= close().then(() => service.close())
    return closed
  }
  onTestFinished(stop)
  const health = async () => (await http.get('/health')).body
  /** Resolves when the service has read the whole log and owes no answer. */
  const settled = async () => {
    await vi.waitFor(async () => {
      const { position, reactions } = await health()
      const { length } = await allEvents(bus)
      if (position !== length || reactions.due > 0) throw new Error(`at ${position} of ${length}`)
    })
  }
  /** A comment that moderation has approved. */
  const approved = async (content = 'text') => {
    const answer = await http.post(thread).send({ content })
    await moderate(bus, { id: answer.body.id })
    await settled()
    return { id: String(answer.body.id), path: `/comments/${answer.body.id}` }
  }
  return {
    bus,
    db,
    clock,
    url,
    http,
    owner: await as(callers.owner),
    as,
    headerOf,
    authorization,
    stop,
    health,
    settled,
    approved,
  }
}
