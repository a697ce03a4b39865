import type { Digests } from '@logbook/chassis/access/service-tokens.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { callers, testAccess } from '@logbook/chassis/testing/access.ts'
import { fixedClock, sequentialIds } from '@logbook/chassis/testing/deterministic.ts'
import { allEvents, appendForeign, testLog } from '@logbook/chassis/testing/test-log.ts'
import { listenForTest } from '@logbook/chassis/testing/test-service.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { moderationSubject } from '@logbook/contracts/events/moderation.ts'
import { type BlogSettings, initialSettings, settingsSubject } from '@logbook/contracts/events/settings.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { examplePostId, postCreated } from '@logbook/contracts/examples/posts.ts'
import type { CreateComment } from '@logbook/contracts/http/comments.ts'
import { createComments } from '../src/app.ts'
import { migrations } from '../src/read-model/tables.ts'

export const thread = `/posts/${examplePostId}/comments`

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

const access = await testAccess()

/** Comments on a free port over a log in memory, with one post to comment on. `http` is a guest. */
export const bootComments = async ({
  bus = testLog().bus,
  file = ':memory:',
  clock = fixedClock(),
  ids = sequentialIds(),
  initial = initialSettings(),
  knownCallers = {} as Digests,
} = {}) => {
  const db = openDatabase({ file, migrations, durability: 'normal' })
  const { verify } = access
  const comments = createComments({
    ...{ bus, db, clock, ids, initial, knownCallers, verify, logger: silentLogger, origins: [] },
  })
  if ((await allEvents(bus)).length === 0) await appendPost(bus)
  const running = await listenForTest(comments, access)
  const { as, headerOf, healthy } = running
  const http = await as(callers.guest)
  const authorization = await headerOf(callers.guest)
  /** Resolves when the service has read the whole log and owes no answer. */
  const settled = async () => {
    const { length } = await allEvents(bus)
    await healthy(({ position, reactions }) => position >= length && reactions.due === 0)
  }
  /** A comment that moderation has approved. */
  const approved = async (comment: CreateComment = { content: 'text' }) => {
    const answer = await http.post(thread).send(comment)
    await moderate(bus, { id: answer.body.id })
    await settled()
    return { id: String(answer.body.id), path: `/comments/${answer.body.id}` }
  }
  return {
    ...running,
    bus,
    db,
    clock,
    http,
    owner: await as(callers.owner),
    authorization,
    settled,
    approved,
  }
}
