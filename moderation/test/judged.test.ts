import { callers } from '@logbook/chassis/testing/access.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { type CommentFlags, initialFlags } from '@logbook/contracts/events/comment-flags.ts'
import {
  commentCreated,
  commentEdited,
  commentTakenDown,
  commentUpdated,
  deletedCommentUpdated,
} from '@logbook/contracts/examples/comments.ts'
import { commentModerated, rulesChanged } from '@logbook/contracts/examples/moderation.ts'
import { type JudgedEntry, judgedEntry } from '@logbook/contracts/http/moderation.ts'
import { describe, expect, it } from 'vitest'
import { bootModeration, logbook, openFile } from './booted.ts'

const idOf = (n: number) => `01920000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const holdAll = rulesChanged({
  rules: [{ kind: 'words', name: 'hold', words: ['wait'], action: 'hold', enabled: true }],
})

const booted = async (...events: RecordedEvent[]) => {
  const log = logbook()
  await log.publish(...events)
  const db = openFile()
  const moderation = bootModeration({ bus: log.bus, db })
  const again = () => moderation.settled(log.store.head)
  await again()
  const judgedOf = async (query = '', http = moderation.http): Promise<JudgedEntry[]> => {
    const { body } = await http.get(`/judged${query}`).expect(200)
    for (const entry of body) expect(judgedEntry.parse(entry)).toEqual(entry)
    return body
  }
  const idsOf = async (query: string, http = moderation.http) =>
    (await judgedOf(query, http)).map(({ id }) => id)
  return { ...log, ...moderation, db, again, judgedOf, idsOf }
}

describe('judged comments', () => {
  it('judged comments are found by their verdict in force, latest first, with the verdict before it', async () => {
    const { http, again, judgedOf, idsOf } = await booted(
      holdAll,
      commentCreated({ id: idOf(1), content: 'wait 1' }),
      commentCreated({ id: idOf(2), content: 'wait 2' }),
      commentCreated({ id: idOf(3), content: 'fine' }),
    )
    const say = (n: number, status: string, reason: string) =>
      http
        .post(`/comments/${idOf(n)}/verdict`)
        .send({ status, reason })
        .expect(200)
    await say(2, 'rejected', 'Off the subject')
    await say(1, 'rejected', 'Rude')
    await again()
    expect(await idsOf('?status=rejected')).toEqual([idOf(1), idOf(2)])
    expect((await judgedOf('?status=rejected'))[0]).toMatchObject({
      content: 'wait 1',
      status: 'rejected',
      reason: 'Rude',
      version: 2,
      by: { kind: 'person', name: callers.moderator.name },
      before: { status: 'pending', reason: 'Contains the word “wait”' },
    })
    expect(await idsOf('?status=approved')).toEqual([idOf(3)])
    await say(1, 'pending', '')
    await again()
    expect(await idsOf('?status=rejected')).toEqual([idOf(2)])
    expect(await idsOf('')).toEqual([idOf(1), idOf(2), idOf(3)])
  })

  it('judged comments are found by the flags that differ from a new comment, within a status and a moderator, until they are undone or the comment is deleted', async () => {
    const { publish, http, again, judgedOf, idsOf } = await booted(
      ...[1, 2, 3, 4].map((n) => commentCreated({ id: idOf(n), content: 'fine' })),
    )
    const flagged = (n: number, flags: Partial<CommentFlags>) =>
      publish(commentUpdated({ id: idOf(n), content: 'fine', ...initialFlags, ...flags }))
    await flagged(1, { promoted: true, searchable: false })
    await flagged(2, { advertised: true })
    await flagged(3, { anonymized: true, promoted: true })
    await again()
    expect(await idsOf('?flag=promoted')).toEqual([idOf(3), idOf(1)])
    expect(await idsOf('?flag=advertised')).toEqual([idOf(2)])
    expect(await idsOf('?flag=searchable')).toEqual([idOf(1)])
    expect(await idsOf('?flag=anonymized&status=approved')).toEqual([idOf(3)])
    expect(await idsOf('?flag=anonymized&status=rejected')).toEqual([])
    expect((await judgedOf('?flag=anonymized'))[0]).toMatchObject({
      ...{ promoted: true, advertised: false, searchable: true, anonymized: true },
    })
    expect(await idsOf('?flag=promoted&by=me')).toEqual([])
    await http
      .post(`/comments/${idOf(1)}/verdict`)
      .send({ status: 'rejected' })
      .expect(200)
    await again()
    expect(await idsOf('?flag=promoted&by=me&status=rejected')).toEqual([idOf(1)])
    const { headers } = await http.get('/judged?flag=promoted&limit=1').expect(200)
    expect(headers.link).toContain('flag=promoted')
    await flagged(1, {})
    await publish(deletedCommentUpdated({ id: idOf(3) }))
    await again()
    expect(await idsOf('?flag=promoted')).toEqual([])
    const { body } = await http.get('/judged?flag=constructor').expect(422)
    expect(body.errors).toMatchObject([{ path: 'flag' }])
  })

  it('judged comments are found by the moderator whose verdict is in force', async () => {
    const { as, http, again, idsOf } = await booted(
      ...[1, 2].map((n) => commentCreated({ id: idOf(n), content: 'fine' })),
    )
    const owner = await as(callers.owner)
    for (const n of [1, 2]) await http.post(`/comments/${idOf(n)}/verdict`).send({ status: 'rejected' })
    await owner
      .post(`/comments/${idOf(2)}/verdict`)
      .send({ status: 'approved' })
      .expect(200)
    await again()
    expect(await idsOf('?by=me')).toEqual([idOf(1)])
    expect(await idsOf('?by=me', owner)).toEqual([idOf(2)])
    expect(await idsOf('?by=me&status=approved')).toEqual([])
  })

  it('judged comments come page by page, without those edited since or deleted', async () => {
    const { http, publish, again, idsOf } = await booted(
      ...[1, 2, 3, 4, 5].map((n) => commentCreated({ id: idOf(n), content: 'orange' })),
    )
    await publish(commentEdited({ id: idOf(5), content: 'fine' }), deletedCommentUpdated({ id: idOf(4) }))
    await again()
    expect(await idsOf('?status=rejected')).toEqual([idOf(3), idOf(2), idOf(1)])
    const page = await http.get('/judged?status=rejected&limit=2')
    const next = /^<([^>]+)>/.exec(page.headers.link ?? '')?.[1] ?? ''
    expect([...page.body, ...(await http.get(next)).body].map(({ id }) => id)).toEqual(
      await idsOf('?status=rejected'),
    )
    expect((await http.get(next)).headers.link).toBeUndefined()
  })

  it.each(['status=deleted', 'by=x', 'limit=0', 'cursor=x'])(
    'the list of judged comments refuses the query %s',
    async (query) => {
      const { http } = await booted()
      const { body } = await http.get(`/judged?${query}`).expect(422)
      expect(body.errors[0].path).toBe(query.split('=')[0])
    },
  )
})

describe('two moderators of one comment', () => {
  it('a second moderator does not overwrite a verdict unseen, and is told who decided what and when', async () => {
    const { as, http, verdicts } = await booted(holdAll, commentCreated({ id: idOf(1), content: 'wait' }))
    const [{ version }] = (await http.get('/queue')).body
    const answers = await Promise.all(
      (['moderator', 'owner'] as const).map(async (name) =>
        (await as(callers[name]))
          .post(`/comments/${idOf(1)}/verdict`)
          .set('If-Match', `"${version}"`)
          .send({ status: name === 'owner' ? 'approved' : 'rejected' }),
      ),
    )
    const [first, second] = answers.toSorted((one, other) => one.status - other.status)
    expect([first?.status, second?.status]).toEqual([200, 412])
    expect(first?.headers.etag).toBe(`"${version + 1}"`)
    const { status, by, time } = first?.body ?? {}
    expect(second?.body).toMatchObject({ code: 'precondition-failed', verdict: { status, by, time } })
    expect(second?.body.detail).toContain(by.name)
    expect(await verdicts()).toHaveLength(2)
  })

  it('a moderator can overrule a verdict by naming its version', async () => {
    const { http } = await booted(commentCreated({ id: idOf(1), content: 'fine' }))
    const judge = (tag: string, status: string) =>
      http
        .post(`/comments/${idOf(1)}/verdict`)
        .set('If-Match', tag)
        .send({ status })
    await judge('"1"', 'rejected').expect(200)
    const { body } = await judge('"1"', 'pending').expect(412)
    await judge(`"${body.actual}"`, 'pending').expect(200)
    await judge('*', 'approved').expect(200)
    await judge('W/"3"', 'approved').expect(412)
  })
})

it('the reasons of a text that was taken down are removed: earlier ones, later ones, and in a rebuilt view', async () => {
  const secret = /heather/
  const stored = (db: ReturnType<typeof openFile>) =>
    JSON.stringify(
      ['comment', 'verdict', 'reaction', 'parked'].map((name) => db.prepare(`SELECT * FROM ${name}`).all()),
    )
  const quoting = () => commentModerated({ id: idOf(1), status: 'rejected', reason: 'It says heather' })
  const { db, bus, store, publish, again, http } = await booted(
    rulesChanged({
      rules: [{ kind: 'words', name: 'plants', words: ['heather'], action: 'reject', enabled: true }],
    }),
    commentCreated({ id: idOf(1), content: 'heather' }),
    quoting(),
  )
  expect(stored(db)).toMatch(secret)
  await publish(commentTakenDown({ id: idOf(1) }), deletedCommentUpdated({ id: idOf(1) }), quoting())
  await again()
  expect(stored(db)).not.toMatch(secret)
  expect(JSON.stringify((await http.get('/log')).body)).not.toMatch(secret)
  const rebuilt = openFile()
  await bootModeration({ bus, db: rebuilt }).settled(store.head)
  expect(stored(rebuilt)).not.toMatch(secret)
})
