import { silentLogger } from '@logbook/chassis/logger.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import { deletedUpdated, postCreated, postUpdated } from '@logbook/contracts/examples/posts.ts'
import type { PostName } from '@logbook/contracts/http/query.ts'
import type { SearchHit } from '@logbook/contracts/http/search.ts'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSearchIndex } from '../src/open.ts'
import { createSearch } from '../src/search/search.ts'
import { booted, idOf, logbook } from './booted.ts'
import { history } from './histories.ts'
import { model } from './model.ts'

const post = (n: number, data: Parameters<typeof postCreated>[0] = {}) =>
  postCreated({ id: idOf(n), slug: `post-${n}`, title: `Post ${n}`, content: 'heron', tags: [], ...data })

/** Words that stem to themselves, and so are found as they stand. */
const searches = [['x'], ['y'], ['two'], ['three'], ['b'], ['c', 'two'], ['x', 'y']]
const asTyped = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(' ')

const searchOver = () => {
  const log = logbook()
  const db = openSearchIndex(':memory:')
  const search = createSearch({
    bus: log.bus,
    db,
    logger: silentLogger,
    onOtherLog: () => {},
    onTopics: () => {},
    onCommit: () => {},
  })
  search.start()
  return { log, search }
}

describe('a search as of an earlier position', () => {
  it('a search as of n finds what a search of the first n events would, for any history and n', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (events) => {
        const { log, search } = searchOver()
        const find = (q: string, position?: number, showsAll = true) =>
          search.find({
            ...{ q, limit: 100, offset: 0 },
            asOf: position === undefined ? undefined : { position, showsAll, viewerId: null },
          }).hits
        const answers = (asOf?: number) =>
          [...searches.map(asTyped), 'a', 'th', 'one x'].map((q) => find(q, asOf))
        const then = [answers()]
        for (const event of events) {
          await log.publish(event)
          expect(await search.follower.reached(log.store.head(), 10_000)).toBe(true)
          then.push(answers())
        }
        const recorded = (await log.bus.read({ after: 0, limit: 1_000 })).events
        const shownNow = model(recorded).visible()
        for (const [n, answered] of then.entries()) {
          const { search: plainly } = model(recorded.slice(0, n))
          expect(answers(n)).toEqual(answered)
          // Others find of it what can still be found, by whatever it said then.
          for (const words of searches)
            for (const { id } of find(asTyped(words), n, false)) expect(shownNow).toContain(id)
          for (const words of searches)
            expect(
              find(asTyped(words), n)
                .map(({ id }) => id)
                .sort(),
            ).toEqual(plainly(words))
        }
        await search.close()
      }),
      cases(20),
    )
  }, 60_000)

  it('the next page of a search has the same position', async () => {
    const { moderator: http, publishAndSettle } = await booted(post(1), post(2), post(3))
    await publishAndSettle(deletedUpdated({ id: idOf(1) }), post(4))
    const first = await http.get('/search?q=heron&limit=2&asOf=3').expect(200)
    expect([first.headers.position, first.body.length]).toEqual(['3', 2])
    const [, next = ''] = /<([^>]+)>/.exec(first.headers.link ?? '') ?? []
    const second = await http.get(next).expect(200)
    expect(second.headers.position).toBe('3')
    const seen = [...first.body, ...second.body].map(({ id }: SearchHit) => id)
    expect(seen.toSorted()).toEqual([1, 2, 3].map(idOf))
  })

  it('an unknown address in the past is answered with similar addresses of then', async () => {
    const { http, publishAndSettle } = await booted(post(1, { slug: 'the-heron' }))
    await publishAndSettle(postUpdated({ id: idOf(1), slug: 'an-egret' }))
    const near = async (asOf: string) =>
      (await http.get(`/posts/the-heorn${asOf}`).expect(404)).body.near.map(({ slug }: PostName) => slug)
    expect([await near('?asOf=1'), await near('')]).toEqual([['the-heron'], []])
  })

  it('votes and repeats add no state of a text to the index', async () => {
    const { log, search } = searchOver()
    onTestFinished(() => search.close())
    const same = { id: idOf(1), slug: 'one', publishedAt: '2026-01-01T00:00:00.000Z' }
    await log.publish(postCreated(same), postUpdated(same), postUpdated(same))
    const later = '2026-03-01T00:00:00.000Z'
    await log.publish(postUpdated({ ...same, updatedAt: later }))
    await search.follower.reached(log.store.head(), 10_000)
    expect(search.file.db.prepare('SELECT count(*) FROM state').pluck().get()).toBe(1)
  })
})
