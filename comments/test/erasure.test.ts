import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sealedBus } from '@logbook/chassis/sealing/sealed-bus.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryKeys } from '@logbook/chassis/testing/memory-keys.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { allEvents } from '@logbook/chassis/testing/test-log.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { userErased, userRegistered } from '@logbook/contracts/examples/users.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { describe, expect, it, vi } from 'vitest'
import { bootComments, thread } from './boot.ts'

const person = '01920000-0000-7000-8000-0000000000d1'
const name = 'Someone Unmistakable'
const words = 'words that nobody else would say'

const idOf = (n: number) => `01920000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const commentsOf = (authorId: string, n: number, content: string) => {
  const data = {
    id: idOf(n),
    authorId,
    author: { name, url: null, email: 'someone@unmistakable.example' },
    content,
  }
  return [commentCreated(data), commentUpdated(data)]
}

const setUp = async () => {
  const folder = temporaryFolder()
  const log = busOver(memoryLog())
  const keys = memoryKeys()
  const open = () => sealedBus({ bus: log, keys: keys.ring(), personal })
  const bus = open()
  const file = join(folder, 'comments.sqlite')
  const comments = await bootComments({ bus, file })
  let sent = 0
  const publish = async (...events: { type: string; subject: string; source: string; data: unknown }[]) => {
    for (const { type, subject, source, data } of events)
      await bus.append([
        { id: `e-${++sent}`, type, subject, source, data, dataversion: currentDataVersion(type) },
      ])
  }
  const erase = async () => {
    keys.erase(person)
    await publish(userErased({ id: person, by: null }))
  }
  const confirmed = () =>
    vi.waitFor(async () => {
      const all = (await allEvents(log)).filter(({ type }) => type === 'ErasureConfirmed')
      expect(all).toHaveLength(1)
      return all[0]
    })
  const filesWith = (text: string) =>
    readdirSync(folder).filter((each) => readFileSync(join(folder, each)).includes(text))
  return { ...comments, log, keys, open, publish, erase, confirmed, filesWith }
}

const rowsOf = (db: Awaited<ReturnType<typeof bootComments>>['db']) => [
  db.prepare('SELECT * FROM comment ORDER BY id').all(),
  db.prepare('SELECT * FROM person ORDER BY id').all(),
]

describe('a person who is erased', () => {
  it('leaves places in threads, nothing in the file, and a confirmation', async () => {
    const { http, db, publish, erase, settled, confirmed, filesWith } = await setUp()
    await publish(
      userRegistered({ id: person, name }),
      ...commentsOf(person, 1, words),
      ...commentsOf(idOf(9), 2, 'what another said'),
    )
    await settled()
    expect((await http.get(thread)).text).toContain(words)
    expect(filesWith(words)).not.toEqual([])

    await erase()
    expect(await confirmed()).toMatchObject({
      subject: `erasure-${person}`,
      source: '/comments',
      data: { id: person, service: 'comments' },
    })
    await settled()
    expect(filesWith(words)).toEqual([])
    expect((await http.get(thread)).body).toMatchObject([{ id: idOf(2), content: 'what another said' }])
    expect((await http.get(`/comments/${idOf(1)}`)).status).toBe(410)
    expect(db.prepare('SELECT count(*) FROM person').pluck().get()).toBe(0)
  })

  it('is a tombstone in a file that is rebuilt, the same rows, and nothing is confirmed twice', async () => {
    const { db, publish, erase, settled, confirmed, open, close, log } = await setUp()
    await publish(userRegistered({ id: person, name }), ...commentsOf(person, 1, words))
    await settled()
    await erase()
    await confirmed()
    await settled()
    const live = rowsOf(db)
    await close()
    const rebuilt = await bootComments({ bus: open() })
    await rebuilt.settled()
    expect(rowsOf(rebuilt.db)).toEqual(live)
    expect(JSON.stringify(live)).not.toContain(words)
    expect((await rebuilt.health()).erasures).toEqual({ due: 0, parked: 0 })
    expect((await allEvents(log)).filter(({ type }) => type === 'ErasureConfirmed')).toHaveLength(1)
    expect(JSON.stringify(await allEvents(log))).not.toContain(words)
  })

  it('can be read by who was away meanwhile only as a tombstone, and the keys are waited for', async () => {
    const { publish, settled, keys, open, log } = await setUp()
    await publish(...commentsOf(person, 1, words))
    await settled()
    keys.answering(false)
    // How far the log goes is no secret.
    const late = await bootComments({ bus: { ...open(), read: log.read } })
    await vi.waitFor(async () => expect((await late.health()).fault).toBe('The keys are away.'))
    keys.erase(person)
    keys.answering(true)
    await late.settled()
    expect((await late.http.get(`/comments/${idOf(1)}`)).status).toBe(410)
  })
})
