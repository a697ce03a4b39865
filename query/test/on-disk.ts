import { join } from 'node:path'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { postCreated, postUpdated } from '@logbook/contracts/examples/posts.ts'
import { type RebuildStatus, rebuildStatus } from '@logbook/contracts/http/rebuild.ts'
import { expect, vi } from 'vitest'
import { openView } from '../src/open.ts'
import { projectionsVersion } from '../src/projections/all.ts'
import { openRegistry } from '../src/rebuild/registry.ts'
import { bootQuery, idOf, logbook } from './booted.ts'

const folderForTest = (): string => {
  const folder = temporaryFolder()
  return folder
}

export const database = () => join(folderForTest(), 'query.sqlite')

/** query over files, with what `npm run rebuild` does. */
export const boot = (file: string, log = logbook()) => {
  const registry = openRegistry(file)
  const live = registry.live(projectionsVersion).file
  const query = bootQuery({ bus: log.bus, files: openView(live), registry })
  const status = async (): Promise<RebuildStatus> =>
    rebuildStatus.parse((await query.owner.get('/rebuild')).body)
  return {
    ...log,
    ...query,
    registry,
    liveFile: () => registry.get('live')?.file ?? '',
    status,
    until: (state: RebuildStatus['state']): Promise<RebuildStatus> =>
      vi.waitFor(async () => {
        const now = await status()
        expect(now).toMatchObject({ state, fault: null })
        return now
      }),
  }
}

export const some: RecordedEvent[] = [
  postCreated({ id: idOf(1), slug: 'one' }),
  commentCreated({ id: idOf(11), postId: idOf(1) }),
  commentUpdated({ id: idOf(11), postId: idOf(1), status: 'approved', content: 'well said' }),
  postUpdated({ id: idOf(1), slug: 'one', title: 'Changed' }),
]

/** The same with these events in its log, all read. */
export const bootedWith = async (...events: RecordedEvent[]) => {
  const query = boot(database())
  await query.publish(...events)
  await query.settled(query.store.head)
  return query
}
