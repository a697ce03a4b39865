import { join } from 'node:path'
import { setImmediate as afterIo } from 'node:timers/promises'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { allEvents, appendForeign } from '@logbook/chassis/testing/test-log.ts'
import { commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { examplePostId } from '@logbook/contracts/examples/posts.ts'
import { describe, expect, it, vi } from 'vitest'
import { bootComments, moderate, thread } from './boot.ts'

const otherId = '01920000-0000-7000-8000-00000000beef'

const updatesOf = async (bus: Bus) => (await allEvents(bus)).filter(({ type }) => type === 'CommentUpdated')

const rowsOf = (db: Database) =>
  ['comment', 'post', 'verdict', 'reaction', 'checkpoint', 'parked', 'unreadable'].map((table) =>
    db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all(),
  )

describe('a verdict', () => {
  it('becomes the comment’s status, with its cause and the request that began it', async () => {
    const { http, bus, settled } = await bootComments()
    const { body } = await http.post(thread).send({ content: 'text' })
    const cause = await moderate(bus, { id: body.id, status: 'rejected', reason: 'Because' })
    await settled()
    expect(await updatesOf(bus)).toMatchObject([
      { causationid: cause, data: { cause, status: 'rejected', reason: 'Because', revision: 1 } },
    ])
  })

  it('is answered within the request and the trace that it came from', async () => {
    const { http, bus, settled } = await bootComments()
    const cause = {
      correlationid: 'r-1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    }
    const { body } = await http
      .post(thread)
      .set({ 'X-Request-Id': 'r-1', traceparent: cause.traceparent })
      .send({ content: 'text' })
    const data = { id: body.id, postId: examplePostId, status: 'approved', reason: '', revision: 1 }
    const by = { kind: 'person', id: null, name: 'moderator' }
    await appendForeign(bus, {
      type: 'CommentModerated',
      subject: `moderation-${body.id}`,
      data: { ...data, by },
      ...cause,
    })
    await settled()
    const events = await allEvents(bus)
    expect(events.filter(({ type }) => type.startsWith('Comment'))).toMatchObject([cause, cause, cause])
  })

  it('on an older text, an unknown comment or a deleted one is ignored', async () => {
    const { http, bus, settled, health } = await bootComments()
    const { body } = await http.post(thread).send({ content: 'one' })
    await http.patch(`/comments/${body.id}`).send({ content: 'two' })
    const { body: deleted } = await http.post(thread).send({ content: 'text' })
    await http.delete(`/comments/${deleted.id}`)
    const before = (await updatesOf(bus)).length
    await moderate(bus, { id: body.id, revision: 1 })
    await moderate(bus, { id: deleted.id })
    await moderate(bus, { id: otherId })
    await settled()
    expect(await updatesOf(bus)).toHaveLength(before)
    expect((await health()).reactions).toMatchObject({ due: 0, parked: 0 })
  })

  it('that was given while the service was away is applied when it is back', async () => {
    const first = await bootComments()
    const { body } = await first.http.post(thread).send({ content: 'text' })
    await first.close()
    await moderate(first.bus, { id: body.id })
    const second = await bootComments({ bus: first.bus })
    await second.settled()
    expect((await second.http.get(thread)).body).toMatchObject([{ status: 'approved', content: 'text' }])
  })

  it('waits for a bus that is away, and is applied once', async () => {
    const inner = busOver(memoryLog())
    let away = false
    let refused = 0
    const bus: Bus = {
      ...inner,
      append(events) {
        if (!away) return inner.append(events)
        if (++refused === 3) away = false
        return Promise.reject(new Problem('unavailable'))
      },
    }
    const { http, settled } = await bootComments({ bus })
    const { body } = await http.post(thread).send({ content: 'text' })
    away = true
    await moderate(inner, { id: body.id })
    await settled()
    expect(refused).toBe(3)
    expect(await updatesOf(inner)).toHaveLength(1)
  })

  it('whose answer was recorded, but not heard of, is not answered twice', async () => {
    const inner = busOver(memoryLog())
    let deaf = 1
    const bus: Bus = {
      ...inner,
      async append(events) {
        const appended = await inner.append(events)
        if (events[0]?.type === 'CommentUpdated' && deaf-- > 0) throw new Problem('unavailable')
        return appended
      },
    }
    const { http, settled } = await bootComments({ bus })
    const { body } = await http.post(thread).send({ content: 'text' })
    await moderate(inner, { id: body.id })
    await settled()
    expect(await updatesOf(inner)).toHaveLength(1)
  })

  it('the last of many is the one that stands', async () => {
    const { http, bus, settled } = await bootComments()
    const { body } = await http.post(thread).send({ content: 'text' })
    for (let n = 0; n < 10; n++) await moderate(bus, { id: body.id, status: n % 2 ? 'approved' : 'rejected' })
    await settled()
    expect((await http.get(thread)).body).toMatchObject([{ status: 'approved' }])
  })
})

/** The same log, read in pages of one event, with a count of the streams that were loaded. */
const watched = (inner: Bus) => {
  let loads = 0
  const bus: Bus = {
    ...inner,
    readStream(subject, after) {
      loads++
      return inner.readStream(subject, after)
    },
    async *follow(request) {
      for await (const { events, ...place } of inner.follow(request)) {
        for (const event of events) {
          yield { events: [event], position: event.position, caughtUp: false }
          await afterIo()
        }
        yield { events: [], ...place }
      }
    },
  }
  return { bus, loads: () => loads }
}

describe('a file that is gone', () => {
  it('is rebuilt row by row, answers nothing twice, and judges nothing again', async () => {
    const folder = temporaryFolder()
    const first = await bootComments({ file: join(folder, 'a.sqlite') })
    const { http, bus, settled } = first
    const write = async (parentId: string | null = null) =>
      (await http.post(thread).send({ content: 'text', parentId })).body.id as string
    const ids = [await write(), await write(), await write()]
    ids.push(await write(String(ids[0])))
    for (const id of ids) await moderate(bus, { id })
    await settled()
    // An approval that changes nothing has no answer in the log. Given late, it would undo the verdict after it.
    await moderate(bus, { id: String(ids[1]) })
    await settled()
    await moderate(bus, { id: String(ids[1]), status: 'rejected', reason: 'After all' })
    await http.delete(`/comments/${ids[0]}`)
    await http.patch(`/comments/${ids[2]}`).send({ content: 'edited' })
    await settled()
    const length = (await allEvents(bus)).length
    const rows = rowsOf(first.db)
    const shown = (await http.get(thread)).text
    await first.close()

    for (const file of [join(folder, 'b.sqlite'), join(folder, 'b.sqlite')]) {
      const { bus: slow, loads } = watched(bus)
      const again = await bootComments({ bus: slow, file })
      await again.settled()
      expect(loads()).toBe(0)
      expect((await again.http.get(thread)).text).toBe(shown)
      // The checkpoint of a page without events is written a moment later.
      await vi.waitFor(() => expect(rowsOf(again.db)).toEqual(rows), { timeout: 40_000 })
      expect(await allEvents(bus)).toHaveLength(length)
      await again.close()
    }
  })
})

describe('a forged event', () => {
  it.each([
    ['data of another shape', { type: 'CommentUpdated', data: { id: 7 } }],
    ['a verdict of another shape', { type: 'CommentModerated', data: { id: otherId } }],
    ['no data', { type: 'CommentDeleted', data: null }],
    ['an unknown type', { type: 'Nonsense', data: 'x' }],
  ])('with %s stops neither the comment nor the threads', async (_what, event) => {
    const { bus, http, settled, health } = await bootComments()
    const { body } = await http.post(thread).send({ content: 'text' })
    await appendForeign(bus, { ...event, subject: `comment-${body.id}` })
    expect((await http.patch(`/comments/${body.id}`).send({ content: 'Still' })).status).toBe(200)
    await moderate(bus, { id: body.id, revision: 2 })
    await settled()
    expect((await http.get(thread)).body).toMatchObject([{ status: 'approved', content: 'Still' }])
    expect(await health()).toMatchObject({ parked: 0, fault: null })
  })

  it('that stands on a stream of someone else shows nothing, and is counted', async () => {
    const { bus, http, settled, health } = await bootComments()
    const { body } = await http.post(thread).send({ content: 'text' })
    const { data } = commentUpdated({ id: body.id, content: 'Forged' })
    await appendForeign(bus, { type: 'CommentUpdated', subject: `comment-${otherId}`, data })
    await settled()
    expect((await http.get(thread)).body).toMatchObject([{ status: 'pending', content: null }])
    expect(await health()).toMatchObject({ unreadable: 1 })
  })

  it('that makes a comment its own ancestor does not hold up its thread', async () => {
    const { bus, http, settled } = await bootComments()
    const place = { id: otherId, postId: examplePostId, parentId: otherId }
    const at = '2026-01-01T00:00:00.000Z'
    const data = { ...place, createdAt: at, status: 'deleted', deletedAt: at, cause: 'x' }
    await appendForeign(bus, { type: 'CommentUpdated', subject: `comment-${otherId}`, data })
    await settled()
    expect((await http.get(thread)).body).toEqual([])
  })
})
