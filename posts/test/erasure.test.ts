import { randomUUID } from 'node:crypto'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { sealedBus } from '@logbook/chassis/sealing/sealed-bus.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryKeys } from '@logbook/chassis/testing/memory-keys.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { allEvents } from '@logbook/chassis/testing/test-log.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { examplePostId, postCreated, postEdited, postUpdated } from '@logbook/contracts/examples/posts.ts'
import { userErased } from '@logbook/contracts/examples/users.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { expect, it, vi } from 'vitest'
import { bootPosts } from './boot.ts'

const person = '01920000-0000-7000-8000-000000000077'
const authorName = 'Someone Unmistakable'

const rowsOf = (db: Database) =>
  ['post', 'slug', 'erasure', 'parked', 'unreadable'].map((table) =>
    db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all(),
  )

it('posts of an erased person have no author name, also in a rebuilt file', async () => {
  const log = busOver(memoryLog())
  const keys = memoryKeys()
  const open = () => sealedBus({ bus: log, keys: keys.ring(), personal })
  const bus = open()
  const publish = async (...events: RecordedEvent[]) => {
    for (const { type, subject, source, data } of events)
      await bus.append([
        { id: randomUUID(), type, subject, source, data, dataversion: currentDataVersion(type) },
      ])
  }
  const { db, http } = await bootPosts({ bus })
  const reached = async (at: typeof http) =>
    vi.waitFor(async () =>
      expect((await at.get('/health')).body).toMatchObject({
        position: (await allEvents(log)).length,
        erasures: { due: 0 },
      }),
    )
  const post = { authorId: person, authorName }
  await publish(
    postCreated(post),
    postEdited({ title: 'Another title', by: { id: person, name: authorName } }),
    postUpdated({ ...post, title: 'Another title' }),
  )
  await reached(http)
  expect(JSON.stringify(rowsOf(db))).toContain(authorName)

  keys.erase(person)
  await publish(userErased({ id: person, by: null }))
  await vi.waitFor(async () =>
    expect((await allEvents(log)).at(-1)).toMatchObject({
      type: 'ErasureConfirmed',
      source: '/posts',
      data: { id: person, service: 'posts' },
    }),
  )
  await reached(http)
  expect(JSON.stringify(rowsOf(db))).not.toContain(authorName)
  expect(JSON.stringify(rowsOf(db))).toContain('Another title')

  const history = await http.get(`/posts/${examplePostId}/history`)
  expect(history.text).not.toContain(authorName)
  expect(history.body.map(({ says }: { says: string }) => says)).toEqual([
    'Title changed from “A walk at low tide” to “Another title” by someone who was erased',
    'Written and published by someone who was erased',
  ])

  const rebuilt = await bootPosts({ bus: open() })
  await reached(rebuilt.http)
  expect(rowsOf(rebuilt.db)).toEqual(rowsOf(db))
})
