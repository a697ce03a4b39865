import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@logbook/chassis/clock.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { testAccess } from '@logbook/chassis/testing/access.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import { createComments } from '@logbook/comments/app.ts'
import { migrations as commentTables } from '@logbook/comments/read-model/tables.ts'
import { commentSubject } from '@logbook/contracts/events/comments.ts'
import { moderationSubject } from '@logbook/contracts/events/moderation.ts'
import { allExamples } from '@logbook/contracts/examples/all.ts'
import { exampleCommentId } from '@logbook/contracts/examples/comments.ts'
import { createMedia } from '@logbook/media/app.ts'
import { migrations as mediaTables } from '@logbook/media/read-model/tables.ts'
import { folderStorage } from '@logbook/media/storage/folder.ts'
import { createModeration } from '@logbook/moderation/app.ts'
import { migrations as moderationTables } from '@logbook/moderation/read-model/tables.ts'
import { createPosts } from '@logbook/posts/app.ts'
import { migrations as postTables } from '@logbook/posts/read-model/tables.ts'
import { expect, it, onTestFinished, vi } from 'vitest'

const healthOf = async ({ app }: Service): Promise<Record<string, unknown>> => {
  const { url } = await serveForTest(app)
  const answer = await fetch(`${url}/health`)
  return (await answer.json()) as Record<string, unknown>
}

/** Events as their owners publish them, each on the stream of another thing: nothing that a bus could refuse. */
const misplaced = allExamples().map(({ subject, position: _, version: __, ...event }, n) => ({
  ...event,
  id: `misplaced-${n}`,
  subject: `${subject}-of-another`,
}))

it('events on foreign streams are counted by each service, and nothing comes of them', async () => {
  const { verify } = await testAccess()
  const bus = busOver(memoryLog())
  await bus.append(misplaced)
  const nowhere = join(tmpdir(), `logbook-nowhere-${process.pid}`)
  const inMemory = (migrations: readonly string[]) => ({
    ...{ bus, ids: systemIds, verify, logger: silentLogger, origins: [], clock: systemClock },
    db: openDatabase({ file: ':memory:', migrations, durability: 'normal' }),
  })
  const services: Record<string, Service> = {
    posts: createPosts(inMemory(postTables)),
    comments: createComments(inMemory(commentTables)),
    moderation: createModeration(inMemory(moderationTables)),
    media: createMedia({
      ...{ ...inMemory(mediaTables), storage: folderStorage(nowhere), uploadsFolder: nowhere },
      allow: allowedTargets(['public']),
    }),
  }
  for (const service of Object.values(services)) {
    await service.start()
    onTestFinished(() => service.close())
  }
  for (const service of Object.values(services))
    await vi.waitFor(async () => {
      const health = await healthOf(service)
      expect(health).toMatchObject({ caughtUp: true, position: misplaced.length, parked: 0 })
      expect(health.unreadable).toBeGreaterThan(1)
    })
  expect(await bus.readStream(moderationSubject(exampleCommentId))).toEqual([])
  expect(await bus.readStream(commentSubject(exampleCommentId))).toEqual([])
})
