import { join } from 'node:path'
import { cases } from '@logbook/chassis/testing/cases.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { draftUpdated, postCreated } from '@logbook/contracts/examples/posts.ts'
import { featuredComment, postPage, postSummary, tagCount } from '@logbook/contracts/http/query.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openView, type ViewFiles } from '../src/open.ts'
import { createProjections } from '../src/projections/all.ts'
import { searchProjection } from '../src/search/projection.ts'
import { bootQuery, idOf, inPagesOf, logbook, openFiles } from './booted.ts'
import { anyEvent, history, historyWithErasures, some } from './histories.ts'
import { model } from './model.ts'
import { findsItsWords, parts, rowsOf } from './rows-of.ts'

const inOnePage = ({ db, searchDb }: ViewFiles) => {
  const projections = createProjections(db)
  const search = searchProjection(searchDb)
  return (...events: LogbookEvent[]): void => {
    projections.begin()
    for (const event of events) {
      projections.apply(event)
      search.apply(event)
    }
    projections.end()
  }
}

describe('any history', () => {
  it('any history is shown like a fold in memory, for any size of pages and any restarts', async () => {
    const folder = temporaryFolder()
    let run = 0
    await fc.assert(
      fc.asyncProperty(history, some(7), fc.nat(), async (events, pageSize, cut) => {
        const log = logbook()
        const file = join(folder, `${run++}.sqlite`)
        await log.publish(...events.slice(0, cut % (events.length + 1)))
        const first = bootQuery({ bus: inPagesOf(log.bus, pageSize), files: openView(file) })
        await first.settled(log.store.head)
        // Fills the cache, so that what follows has to invalidate it.
        await first.http.get('/posts')
        await first.close()
        const query = bootQuery({ bus: log.bus, files: openView(file) })
        await query.http.get('/posts')
        for (const n of [1, 2, 3]) await query.http.get(`/posts/${idOf(n)}`)
        await log.publish(...events.slice(cut % (events.length + 1)))
        await query.settled(log.store.head)

        const recorded = (await log.bus.read({ after: 0, limit: 1_000 })).events
        const expected = model(recorded)
        const list = postSummary.array().parse((await query.http.get('/posts?limit=100')).body)
        expect(
          list.map(({ id, commentCount, comments }) => ({ id, count: commentCount, latest: comments })),
        ).toEqual(expected.list())
        for (const id of [1, 2, 3].map(idOf)) {
          const answer = await query.http.get(`/posts/${id}`)
          const page = expected.page(id)
          expect(answer.status).toBe(page ? 200 : 404)
          if (!page) continue
          const { title, content, commentCount, comments, quotes } = postPage.parse(answer.body)
          expect({ id, title, content, count: commentCount, comments, quotes }).toEqual(page)
        }
        const featured = featuredComment.array().parse((await query.http.get('/featured')).body)
        expect(featured.map(({ id }) => id).sort()).toEqual(expected.featured())
        const counted = tagCount.array().parse((await query.http.get('/tags')).body)
        expect(Object.fromEntries(counted.map(({ tag, count }) => [tag, count]))).toEqual(expected.tags())
        await query.close()
      }),
      cases(20),
    )
  })

  it('any history that is read again into an empty file gives the same rows and bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(history, historyWithErasures), async (events) => {
        const log = logbook()
        const [live, rebuilt] = [openFiles(), openFiles()]
        const first = bootQuery({ bus: log.bus, files: live })
        for (const event of events) await log.publish(event)
        await first.settled(log.store.head)
        const second = bootQuery({ bus: inPagesOf(log.bus, 3), files: rebuilt })
        await second.settled(log.store.head)
        for (const part of parts) expect(rowsOf(rebuilt[part])).toEqual(rowsOf(live[part]))
        for (const url of ['/posts', '/tags', `/posts/${idOf(1)}`, '/search?q=x', '/featured']) {
          const [one, other] = [await first.http.get(url), await second.http.get(url)]
          expect(other.text).toBe(one.text)
          expect(other.headers.etag).toBe(one.headers.etag)
        }
        await Promise.all([first.close(), second.close()])
      }),
      cases(12),
    )
  })

  it('repeated and late events of any history change nothing', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), fc.infiniteStream(fc.nat()), (events, random) => {
        const versions = new Map<string, number>()
        const recorded = events.map((event, index) => {
          const version = (versions.get(event.subject) ?? 0) + 1
          versions.set(event.subject, version)
          return { ...event, version, position: index + 1 } as LogbookEvent
        })
        const once = openFiles()
        const again = openFiles()
        const [apply, applyAgain] = [inOnePage(once), inOnePage(again)]
        for (const [index, event] of recorded.entries()) {
          apply(event)
          const [earlier] = [...random.take(1)]
          const late = recorded[(earlier ?? 0) % (index + 1)] ?? event
          applyAgain(event, event)
          applyAgain(event, late)
          applyAgain(late, event)
        }
        for (const part of parts) expect(rowsOf(again[part])).toEqual(rowsOf(once[part]))
        findsItsWords(again.searchDb)
      }),
      cases(50),
    )
  })
})

describe('the rows', () => {
  it('rows for readers never hold an unapproved text, and a withdrawn text is in the past alone', async () => {
    const log = logbook()
    const files = openFiles()
    const secret = 'a text that nobody may see'
    const author = { name: 'somebody unnamed', url: null, email: null }
    await log.publish(
      postCreated(),
      commentCreated({ content: secret, author }),
      commentUpdated({ status: 'rejected', content: secret, author }),
      commentUpdated({ status: 'approved', content: 'once approved' }),
      commentUpdated({ status: 'pending', content: secret, author }),
      draftUpdated({ content: secret }),
    )
    await bootQuery({ ...log, files }).settled(log.store.head)
    const rows = parts.flatMap((part) => rowsOf(files[part]))
    const dump = JSON.stringify(rows.filter(([table]) => table !== 'own_text'))
    expect(dump).not.toContain(secret)
    expect(dump).not.toContain(author.name)
    const holding = rows.filter((table) => JSON.stringify(table).includes('once approved'))
    expect(holding.map(([table]) => table)).toEqual(['comment_past', 'said', 'said_content'])
  })
})
