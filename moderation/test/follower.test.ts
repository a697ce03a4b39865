import { join } from 'node:path'
import { setImmediate as afterIo } from 'node:timers/promises'
import { derivedId } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import {
  commentCreated,
  commentEdited,
  deletedCommentUpdated,
  exampleCommentId,
} from '@logbook/contracts/examples/comments.ts'
import { commentModerated, rulesChanged } from '@logbook/contracts/examples/moderation.ts'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { bootModeration, logbook, openFile } from './booted.ts'

const idOf = (n: number) => `01920000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

describe('a new comment', () => {
  it('a new comment gets a verdict whose id is derived from the id of its event', async () => {
    const log = logbook()
    const [created = ''] = await log.publish(
      commentCreated(
        { content: 'An Orange!' },
        {
          correlationid: 'request-1',
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        },
      ),
    )
    await bootModeration(log).settled(log.store.head)
    expect(await log.verdicts()).toMatchObject([
      {
        id: derivedId('moderation', created),
        subject: `moderation-${exampleCommentId}`,
        causationid: created,
        correlationid: 'request-1',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        data: { id: exampleCommentId, status: 'rejected', reason: 'Contains the word “orange”', revision: 1 },
      },
    ])
  })

  it('an imported comment keeps the verdict it came with', async () => {
    const log = logbook()
    await log.publish(commentCreated({ content: 'orange', priorVerdict: 'approved' }))
    await bootModeration(log).settled(log.store.head)
    const [verdict] = await log.verdicts()
    expect(verdict?.data).toMatchObject({
      ...{ status: 'approved', by: { kind: 'import' } },
      reason: 'Imported with this verdict',
    })
  })

  it.each(['Off topic', ''])(
    'an imported comment keeps the reason that it came with: "%s"',
    async (priorReason) => {
      const log = logbook()
      await log.publish(commentCreated({ priorVerdict: 'rejected', priorReason }))
      await bootModeration(log).settled(log.store.head)
      const [verdict] = await log.verdicts()
      expect(verdict?.data).toMatchObject({ status: 'rejected', reason: priorReason })
    },
  )

  it('a comment is judged by the rules that precede it in the log', async () => {
    const log = logbook()
    await log.publish(
      rulesChanged({ rules: [] }),
      commentCreated({ id: idOf(1), content: 'orange' }),
      rulesChanged(),
      commentCreated({ id: idOf(2), content: 'orange' }),
    )
    await bootModeration(log).settled(log.store.head)
    expect((await log.verdicts()).map(({ data }) => [data.id, data.status, data.by])).toEqual([
      [idOf(1), 'approved', { kind: 'default', rulesVersion: 1 }],
      [idOf(2), 'rejected', { kind: 'rule', rule: 'no-oranges', rulesVersion: 2 }],
    ])
  })

  it('a comment on a foreign stream is not judged', async () => {
    const log = logbook()
    await log.publish(commentCreated({}, { subject: 'comment-elsewhere' }))
    await bootModeration(log).settled(log.store.head)
    expect(await log.verdicts()).toEqual([])
  })

  it('a comment deleted before its verdict is not judged', async () => {
    const log = logbook()
    await log.publish(commentCreated(), deletedCommentUpdated())
    await bootModeration(log).settled(log.store.head)
    expect(await log.verdicts()).toEqual([])
  })
})

describe('an edited comment', () => {
  it('an edited comment is judged again, and the verdict names the revision', async () => {
    const log = logbook()
    await log.publish(commentCreated({ content: 'fine' }))
    const moderation = bootModeration(log)
    await moderation.settled(log.store.head)
    await log.publish(commentEdited({ content: 'orange', revision: 2 }))
    await vi.waitFor(async () => expect(await log.verdicts()).toHaveLength(2))
    expect((await log.verdicts()).map(({ data }) => [data.revision, data.status])).toEqual([
      [1, 'approved'],
      [2, 'rejected'],
    ])
  })

  it('an edited comment gets no verdict on its replaced text', async () => {
    const log = logbook()
    await log.publish(commentCreated({ content: 'orange' }), commentEdited({ content: 'fine', revision: 2 }))
    await bootModeration(log).settled(log.store.head)
    expect((await log.verdicts()).map(({ data }) => [data.revision, data.status])).toEqual([[2, 'approved']])
  })

  it('an edited comment is judged although a verdict on the older text came in between', async () => {
    const log = logbook()
    await log.publish(commentCreated(), commentEdited({ content: 'orange', revision: 2 }), commentModerated())
    await bootModeration(log).settled(log.store.head)
    expect((await log.verdicts()).map(({ data }) => data.revision)).toEqual([1, 2])
  })
})

describe('a moderator who judges first', () => {
  it('no verdict is added where a moderator judged first', async () => {
    const log = logbook()
    await log.publish(
      commentCreated({ content: 'orange' }),
      commentModerated({ by: { kind: 'person', id: null, name: 'Ada' } }),
    )
    await bootModeration(log).settled(log.store.head)
    expect(await log.verdicts()).toHaveLength(1)
  })

  it('no verdict is added where a moderator judges during the append', async () => {
    const log = logbook()
    await log.publish(commentCreated({ content: 'orange' }))
    const { append } = log.bus
    log.bus.append = async (events) => {
      log.bus.append = append
      await log.publish(commentModerated({ by: { kind: 'person', id: null, name: 'Ada' } }))
      return append(events)
    }
    await bootModeration(log).settled(log.store.head)
    expect((await log.verdicts()).map(({ data }) => data.by.kind)).toEqual(['person'])
  })

  it('an edit is judged although a moderator judged the text before it', async () => {
    const log = logbook()
    await log.publish(commentCreated(), commentEdited({ content: 'orange', revision: 2 }))
    const { append } = log.bus
    log.bus.append = async (events) => {
      log.bus.append = append
      await log.publish(commentModerated({ by: { kind: 'person', id: null, name: 'Ada' } }))
      return append(events)
    }
    await bootModeration(log).settled(log.store.head)
    expect((await log.verdicts()).map(({ data }) => [data.revision, data.by.kind])).toEqual([
      [1, 'person'],
      [2, 'rule'],
    ])
  })

  it('a verdict appended by another release under the same id stays', async () => {
    const log = logbook()
    const [created = ''] = await log.publish(commentCreated({ content: 'orange' }))
    const { id: _, ...older } = commentModerated({ status: 'pending', reason: 'Older code' })
    const { append } = log.bus
    log.bus.append = async (events) => {
      log.bus.append = append
      await append([{ ...older, id: derivedId('moderation', created) } as never])
      return append(events)
    }
    await bootModeration(log).settled(log.store.head)
    expect((await log.verdicts()).map(({ data }) => data.reason)).toEqual(['Older code'])
  })
})

describe('a verdict whose id is taken', () => {
  it('a verdict whose id is taken is not retried, and the comment waits for a moderator', async () => {
    const log = logbook()
    const [created = ''] = await log.publish(commentCreated())
    await log.bus.append([
      { id: derivedId('moderation', created), type: 'Other', subject: 'other', source: '/other', data: {} },
    ])
    const moderation = bootModeration(log)
    await moderation.settled(log.store.head)
    expect(await log.verdicts()).toEqual([])
    expect((await moderation.http.get('/queue')).body).toMatchObject([{ id: exampleCommentId, reason: null }])
  })
})

/** The same log in pages of one event, with time between them for what has not been answered as far as they tell. */
const inSmallPages = (bus: Bus): Bus => ({
  ...bus,
  async *follow(request) {
    for await (const { events, ...place } of bus.follow(request)) {
      for (const event of events) {
        yield { events: [event], position: event.position, caughtUp: false }
        await afterIo()
      }
      yield { events: [], ...place }
    }
  },
})

describe('a rebuilt view', () => {
  it('a rebuilt view repeats no verdict of the log and has the same rows', async () => {
    const log = logbook()
    await log.publish(
      commentCreated({ id: idOf(1), content: 'orange' }),
      commentCreated({ id: idOf(2) }),
      rulesChanged(),
    )
    const [first, second] = [openFile(), openFile()]
    const rows = (db: typeof first) =>
      ['comment', 'verdict', 'rules', 'reaction'].map((table) => db.prepare(`SELECT * FROM ${table}`).all())
    await bootModeration({ ...log, db: first }).settled(log.store.head)
    const head = log.store.head()
    const before = rows(first)
    const append = vi.spyOn(log.bus, 'append')
    await bootModeration({ bus: inSmallPages(log.bus), db: second }).settled(log.store.head)
    expect(append).not.toHaveBeenCalled()
    expect(log.store.head()).toBe(head)
    expect(rows(second)).toEqual(before)
  })
})

describe('any order of events', () => {
  const command = fc.record({
    comment: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom('create', 'edit', 'person', 'delete', 'restart', 'rebuild', 'away'),
    orange: fc.boolean(),
  })

  it('each remaining revision ends with exactly one verdict, whatever happens on the way', async () => {
    const folder = temporaryFolder()
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 14 }), async (commands) => {
        const log = logbook()
        const { append } = log.bus
        let file = join(folder, `${run++}.sqlite`)
        let moderation = bootModeration({ ...log, db: openFile(file) })
        const texts = new Map<number, number>()
        for (const { comment, kind, orange } of commands) {
          const id = idOf(comment)
          const content = orange ? 'orange' : 'fine'
          const revision = texts.get(comment) ?? 0
          if (kind === 'create' && !texts.has(comment)) {
            await log.publish(commentCreated({ id, content }))
            texts.set(comment, 1)
          } else if (kind === 'edit' && revision > 0) {
            await log.publish(commentEdited({ id, content, revision: revision + 1 }))
            texts.set(comment, revision + 1)
          } else if (kind === 'person' && revision > 0) {
            await log.publish(
              commentModerated({ id, revision, by: { kind: 'person', id: null, name: 'Ada' } }),
            )
          } else if (kind === 'delete' && revision > 0) {
            await log.publish(deletedCommentUpdated({ id }))
            texts.set(comment, -1)
          } else if (kind === 'restart' || kind === 'rebuild') {
            await moderation.close()
            if (kind === 'rebuild') file = join(folder, `${run++}.sqlite`)
            moderation = bootModeration({ ...log, db: openFile(file) })
          } else if (kind === 'away') {
            // The append is made, and its answer lost.
            log.bus.append = async (events) => {
              log.bus.append = append
              await append(events)
              throw new Problem('unavailable')
            }
          }
        }
        await moderation.settled(log.store.head)
        await moderation.close()
        const verdicts = await log.verdicts()
        for (const [comment, revision] of texts) {
          if (revision < 1) continue
          const onPresent = verdicts.filter(
            ({ data }) => data.id === idOf(comment) && data.revision === revision,
          )
          expect(onPresent.length).toBeGreaterThanOrEqual(1)
          expect(onPresent.filter(({ data }) => data.by.kind !== 'person').length).toBeLessThanOrEqual(1)
        }
        expect(new Set(verdicts.map(({ id }) => id)).size).toBe(verdicts.length)
      }),
      cases(20),
    )
  })
})
