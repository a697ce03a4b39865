import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sealedBus } from '@logbook/chassis/sealing/sealed-bus.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryKeys } from '@logbook/chassis/testing/memory-keys.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { examplePostId, postCreated, postUpdated } from '@logbook/contracts/examples/posts.ts'
import { userErased, userPictured } from '@logbook/contracts/examples/users.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { describe, expect, it, vi } from 'vitest'
import { openView } from '../src/open.ts'
import { bootQuery, idOf, inPagesOf, openFiles } from './booted.ts'
import { parts, rowsOf } from './rows-of.ts'

const person = idOf(77)
const name = 'Someone Unmistakable'
const portrait = '0197a1b2-aaaa-7000-8000-00000000face'
const words = ['xylophones at dawn', 'zeppelins at noon'] as const

const setUp = () => {
  const folder = temporaryFolder()
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
  const comment = (n: number, authorId: string, content: string) => {
    const author = { name: authorId === person ? name : 'Bo', url: null, email: null }
    return { id: idOf(n), authorId, author, content }
  }
  const tell = async () => {
    const first = comment(1, person, words[0])
    await publish(
      postCreated({ authorId: person, authorName: name }),
      commentCreated(first),
      commentUpdated(first),
      commentUpdated({ ...first, content: words[1], revision: 2 }),
      commentCreated(comment(2, idOf(9), 'heather')),
      commentUpdated(comment(2, idOf(9), 'heather')),
      commentCreated({ ...comment(3, person, 'still pending'), parentId: idOf(2) }),
      postUpdated({ authorId: person, authorName: name, title: 'Another title' }),
      userPictured({ id: person, picture: `/api/media/${portrait}/w64.jpg#64x64` }),
    )
  }
  const erase = async () => {
    keys.erase(person)
    await publish(userErased({ id: person, by: null }))
  }
  const confirmed = () =>
    vi.waitFor(async () => {
      const { events } = await log.read({ after: 0, limit: 100 })
      const all = events.filter(({ type }) => type === 'ErasureConfirmed')
      expect(all).toHaveLength(1)
      return all[0]
    })
  return { folder, store, log, bus, open, tell, erase, confirmed }
}

const traces = new RegExp([name, portrait, ...words, 'xylophon', 'zeppelin'].join('|'), 'i')

describe('a person who is erased', () => {
  it('an erased person is in no file, no answer and no past of the view, and that is confirmed', async () => {
    const { folder, store, bus, tell, erase, confirmed } = setUp()
    const query = bootQuery({
      bus,
      files: openView(join(folder, 'query.sqlite')),
    })
    const filesWith = () =>
      readdirSync(folder).filter((each) => traces.test(readFileSync(join(folder, each)).toString('latin1')))
    await tell()
    await query.settled(store.head)
    const position = store.head()
    const pages = [
      `/posts/${examplePostId}`,
      `/posts/${examplePostId}?asOf=4`,
      `/posts/${examplePostId}?asOf=${position}`,
      '/posts',
      `/posts?author=${encodeURIComponent(name)}`,
      '/search?q=xylophones',
      '/search?q=zeppelins',
      '/search?q=xylophones&asOf=3',
      `/search?q=zeppelins&asOf=${position}`,
      '/feed.xml',
    ]
    const texts = () => Promise.all(pages.map(async (page) => (await query.http.get(page)).text))
    expect((await texts()).join()).toMatch(traces)
    expect(filesWith()).not.toEqual([])

    await erase()
    expect(await confirmed()).toMatchObject({ source: '/query', data: { id: person, service: 'query' } })
    await query.settled(store.head)
    for (const text of await texts()) expect(text).not.toMatch(traces)
    expect(filesWith()).toEqual([])
    const { comments } = (await query.http.get(`/posts/${examplePostId}`)).body
    expect(comments).toMatchObject([{ id: idOf(2), content: 'heather' }])
  })

  it.each([1, 3, 1_000])(
    'an erasure leaves the same rows as a view that is built after it, in pages of %i',
    async (pageSize) => {
      const { store, bus, open, tell, erase, confirmed } = setUp()
      const files = openFiles()
      const query = bootQuery({ bus: inPagesOf(bus, pageSize), files })
      await tell()
      await query.settled(store.head)
      await erase()
      await confirmed()
      await query.settled(store.head)
      const rebuilt = openFiles()
      const other = bootQuery({ bus: inPagesOf(open(), pageSize), files: rebuilt })
      await other.settled(store.head)
      for (const part of parts) {
        expect(rowsOf(rebuilt[part])).toEqual(rowsOf(files[part]))
        expect(JSON.stringify(rowsOf(files[part]))).not.toMatch(traces)
      }
      expect((await other.http.get('/health')).body.erasures).toEqual({ due: 0, parked: 0 })
    },
  )
})
