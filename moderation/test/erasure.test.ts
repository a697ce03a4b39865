import { randomUUID } from 'node:crypto'
import { sealedBus } from '@logbook/chassis/sealing/sealed-bus.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryKeys } from '@logbook/chassis/testing/memory-keys.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { commentCreated } from '@logbook/contracts/examples/comments.ts'
import { commentModerated, rulesChanged } from '@logbook/contracts/examples/moderation.ts'
import { userErased } from '@logbook/contracts/examples/users.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { expect, it, vi } from 'vitest'
import { bootModeration, openFile } from './booted.ts'

const idOf = (n: number) => `01920000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const person = idOf(77)
const traces = /Unmistakable|xylophone/

const tablesOf = (db: ReturnType<typeof openFile>) =>
  ['comment', 'verdict', 'rules', 'reaction', 'erasure', 'parked', 'unreadable'].map((table) =>
    db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all(),
  )

it('an erasure deletes comments, the reasons that quote them and the name of a moderator, also in a rebuilt view', async () => {
  const store = memoryLog()
  const log = busOver(store)
  const keys = memoryKeys()
  const open = () => sealedBus({ bus: log, keys: keys.ring(), personal })
  const bus = open()
  const publish = async (...events: RecordedEvent[]) => {
    for (const { type, subject, source, data } of events)
      await bus.append([
        { id: randomUUID(), type, subject, source, data, dataversion: currentDataVersion(type) },
      ])
  }
  const db = openFile()
  const moderation = bootModeration({ bus, db })
  const by = { id: person, name: 'Someone Unmistakable' }
  await publish(
    // So that the reason of a verdict quotes what they wrote.
    rulesChanged({
      ...{ by, version: 1 },
      rules: [{ kind: 'words', name: 'loud', words: ['xylophone'], action: 'hold', enabled: true }],
    }),
    commentCreated({ id: idOf(1), authorId: person, content: 'a xylophone' }),
    commentCreated({ id: idOf(2), authorId: idOf(9), content: 'heather' }),
    rulesChanged({ by }),
  )
  await moderation.settled(store.head)
  await publish(commentModerated({ id: idOf(2), by: { kind: 'person', ...by } }))
  await moderation.settled(store.head)
  expect((await moderation.http.get(`/log?comment=${idOf(1)}`)).body[0].reason).toContain('xylophone')
  expect(JSON.stringify(tablesOf(db))).toMatch(traces)

  keys.erase(person)
  await publish(userErased({ id: person, by: null }))
  await vi.waitFor(async () => {
    const { events } = await log.read({ after: 0, limit: 100 })
    expect(events.filter(({ type }) => type === 'ErasureConfirmed')).toMatchObject([
      { source: '/moderation', data: { id: person, service: 'moderation' } },
    ])
  })
  await moderation.settled(store.head)
  expect(JSON.stringify(tablesOf(db))).not.toMatch(traces)
  const last = (await moderation.http.get(`/log?comment=${idOf(2)}`)).body
  if (Array.isArray(last)) expect(last[0]).toMatchObject({ by: { kind: 'person', id: person, name: null } })

  const rebuilt = openFile()
  await bootModeration({ bus: open(), db: rebuilt }).settled(store.head)
  expect(tablesOf(rebuilt)).toEqual(tablesOf(db))
})
