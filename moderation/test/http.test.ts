import { callers } from '@logbook/chassis/testing/access.ts'
import {
  commentCreated,
  commentEdited,
  deletedCommentUpdated,
  exampleCommentId,
} from '@logbook/contracts/examples/comments.ts'
import { rulesChanged } from '@logbook/contracts/examples/moderation.ts'
import {
  deletedUpdated,
  postCreated,
  examplePostId as postId,
  postUpdated,
} from '@logbook/contracts/examples/posts.ts'
import { dryRunAnswer, logEntry, queueEntry, rulesAnswer } from '@logbook/contracts/http/moderation.ts'
import { describe, expect, it, vi } from 'vitest'
import { bootModeration, logbook } from './booted.ts'

const idOf = (n: number) => `01920000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const holdAll = rulesChanged({
  rules: [{ kind: 'words', name: 'hold', words: ['wait'], action: 'hold', enabled: true }],
})
const verdictOf = (id: string) => `/comments/${id}/verdict`

const booted = async (...events: Parameters<ReturnType<typeof logbook>['publish']>) => {
  const log = logbook()
  await log.publish(...events)
  const moderation = bootModeration(log)
  await moderation.settled(log.store.head)
  return { ...log, ...moderation, again: () => moderation.settled(log.store.head) }
}

describe('the queue', () => {
  it('the queue has the comments that a rule held, longest wait first, page by page', async () => {
    const { http } = await booted(
      holdAll,
      ...[1, 2, 3].map((n) => commentCreated({ id: idOf(n), content: `wait ${n}` })),
      commentCreated({ id: idOf(4), content: 'fine' }),
    )
    const first = await http.get('/queue?limit=2').expect(200)
    expect(first.body.map(({ id }: { id: string }) => id)).toEqual([idOf(1), idOf(2)])
    for (const entry of first.body) expect(queueEntry.parse(entry)).toEqual(entry)
    expect(first.body[0]).toMatchObject({
      version: 1,
      status: 'pending',
      reason: 'Contains the word “wait”',
      revision: 1,
    })
    const next = /^<([^>]+)>; rel="next"$/.exec(first.headers.link ?? '')?.[1] ?? ''
    const second = await http.get(next).expect(200)
    expect(second.body.map(({ id }: { id: string }) => id)).toEqual([idOf(3)])
    expect(second.headers.link).toBeUndefined()
  })

  it('comments in the queue and judged ones name their post as it is called now, until it is deleted', async () => {
    const { http, publish, again } = await booted(
      postCreated({ id: postId, slug: 'herons', title: 'Herons' }),
      holdAll,
      commentCreated({ id: idOf(1), postId, content: 'wait' }),
      commentCreated({ id: idOf(2), postId, content: 'fine' }),
    )
    const posts = async () => {
      const pages = await Promise.all(['/queue', '/judged?status=approved'].map((path) => http.get(path)))
      return pages.flatMap(({ body }) => body.map(({ post }: { post: unknown }) => post))
    }
    const named = { slug: 'herons', title: 'Herons' }
    await vi.waitUntil(async () => (await posts()).length === 2)
    expect(await posts()).toEqual([named, named])
    await publish(postUpdated({ id: postId, slug: 'herons', title: 'Night herons' }))
    await again()
    const renamed = { ...named, title: 'Night herons' }
    expect(await posts()).toEqual([renamed, renamed])
    await publish(deletedUpdated({ id: postId }))
    await again()
    expect(await posts()).toEqual([null, null])
  })

  it('a comment leaves the queue once it is judged, edited into an accepted text, or deleted', async () => {
    const { http, publish, again } = await booted(
      holdAll,
      ...[1, 2, 3].map((n) => commentCreated({ id: idOf(n), content: `wait ${n}` })),
    )
    await http
      .post(verdictOf(idOf(1)))
      .send({ status: 'approved' })
      .expect(200)
    await publish(commentEdited({ id: idOf(2), content: 'fine' }), deletedCommentUpdated({ id: idOf(3) }))
    await again()
    expect((await http.get('/queue')).body).toEqual([])
  })

  it.each(['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'cursor=1&cursor=2'])(
    'the queue refuses the query %s',
    async (query) => {
      const { http } = await booted()
      const { body } = await http.get(`/queue?${query}`).expect(422)
      expect(body.errors[0].path).toBe(query.split('=')[0])
    },
  )
})

describe('a verdict by a person', () => {
  it('a verdict of a moderator is appended once, also when it is repeated', async () => {
    const { http, verdicts } = await booted(commentCreated({ content: 'orange' }))
    const body = { status: 'approved', reason: 'A colour' }
    const first = await http.post(verdictOf(exampleCommentId)).send(body).expect(200)
    expect(first.body).toMatchObject({
      status: 'approved',
      reason: 'A colour',
      by: { kind: 'person', id: callers.moderator.id, name: callers.moderator.name },
    })
    const second = await http.post(verdictOf(exampleCommentId)).send(body).expect(200)
    expect(second.headers.position).toBe(first.headers.position)
    expect(await verdicts()).toHaveLength(2)
  })

  it('a verdict repeated with its Idempotency-Key gets the first answer, and another body a conflict', async () => {
    const { http, verdicts } = await booted(commentCreated())
    const send = (status: string) =>
      http.post(verdictOf(exampleCommentId)).set('Idempotency-Key', 'k1').send({ status })
    const answers = await Promise.all(Array.from({ length: 10 }, () => send('rejected')))
    expect(new Set(answers.map(({ status, headers }) => `${status} ${headers.position}`)).size).toBe(1)
    expect((await send('approved')).body.code).toBe('id-conflict')
    expect(await verdicts()).toHaveLength(2)
  })

  it('two verdicts at the same time are both in the log, one after the other', async () => {
    const { as, verdicts } = await booted(commentCreated())
    const answers = await Promise.all(
      [callers.moderator, callers.owner].map(async (by) =>
        (await as(by)).post(verdictOf(exampleCommentId)).send({ status: 'rejected' }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await verdicts()).toHaveLength(3)
  })

  it('a verdict on an edited text is refused', async () => {
    const { http } = await booted(commentCreated(), commentEdited())
    const answer = await http.post(verdictOf(exampleCommentId)).send({ status: 'approved', revision: 1 })
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({ code: 'conflict', revision: 2 })
  })

  it.each([
    ['a comment that nobody wrote', idOf(99)],
    ['an id that is none', '__proto__'],
  ])('a verdict on %s is answered with 404', async (_name, id) => {
    const { http } = await booted()
    await http.post(verdictOf(id)).send({ status: 'approved' }).expect(404)
  })

  it.each([
    [undefined, 422],
    [{}, 422],
    [[], 422],
    [{ status: 'deleted' }, 422],
    [{ status: 'approved', reason: 'x'.repeat(501) }, 422],
    [{ status: 'approved', revision: 1.5 }, 422],
    [{ status: 'approved', extra: 1 }, 422],
    [{ status: 'approved', by: 'Somebody else' }, 422],
    [{ status: 'approved', reason: '\u0000' }, 422],
    ['{"status":', 400],
  ])('the verdict %j is refused with %i', async (body, status) => {
    const { http } = await booted(commentCreated())
    const request = http.post(verdictOf(exampleCommentId)).type('json')
    expect((body === undefined ? await request : await request.send(body)).status).toBe(status)
  })
})

describe('the rules', () => {
  it('the rules begin with the default ones and are changed with If-Match', async () => {
    const { http, again } = await booted()
    const before = await http.get('/rules').expect(200)
    expect(rulesAnswer.parse(before.body)).toEqual(before.body)
    expect(before.headers.etag).toBe('"0"')
    const { rules } = rulesChanged().data
    const put = () => http.put('/rules').set('If-Match', '"0"').send({ rules, why: 'Links' })
    const after = await put().expect(200)
    expect(after.headers.etag).toBe('"1"')
    await put().expect(412)
    await again()
    expect((await http.get('/rules').set('Min-Position', String(after.headers.position))).body).toEqual({
      rules,
      version: 1,
    })
  })

  it.each([
    [{ rules: [{ kind: 'regex', name: 'x', action: 'hold' }] }, 'rules.0.kind'],
    [{ rules: [{ kind: 'words', name: 'Not a name', words: ['x'], action: 'hold' }] }, 'rules.0.name'],
    [{ rules: [{ kind: 'words', name: 'a', words: [], action: 'hold' }] }, 'rules.0.words'],
    [
      {
        rules: [
          { kind: 'links', name: 'a', linksMax: 1, action: 'hold' },
          { kind: 'links', name: 'a', linksMax: 2, action: 'hold' },
        ],
      },
      'rules',
    ],
    [{}, 'rules'],
  ])('invalid rules are refused, and the problem names the field: %j', async (body, path) => {
    const { http } = await booted()
    const answer = await http.put('/rules').send(body).expect(422)
    expect(answer.body.errors[0].path).toBe(path)
  })

  it('a dry run judges a text without changing the rules', async () => {
    const { http, store } = await booted()
    const head = store.head()
    const own = await http.post('/rules/dry-run').send({ content: 'An orange' }).expect(200)
    expect(dryRunAnswer.parse(own.body).verdict).toMatchObject({ status: 'rejected' })
    const other = await http.post('/rules/dry-run').send({ content: 'An orange', rules: [] }).expect(200)
    expect(other.body.verdict.status).toBe('approved')
    expect(store.head()).toBe(head)
  })

  it('a dry run of the latest comments names those whose verdict would change', async () => {
    const { http } = await booted(
      commentCreated({ id: idOf(1), content: 'orange' }),
      commentCreated({ id: idOf(2), content: 'fine' }),
    )
    const { body } = await http.post('/rules/dry-run').send({ rules: [] }).expect(200)
    expect(dryRunAnswer.parse(body)).toMatchObject({
      verdict: null,
      examined: 2,
      changed: [{ id: idOf(1), now: 'rejected', would: { status: 'approved' } }],
    })
  })
})

describe('the log of verdicts', () => {
  it('the log of verdicts is newest first, page by page, of all comments or of one', async () => {
    const { http } = await booted(...[1, 2, 3].map((n) => commentCreated({ id: idOf(n) })))
    const { body } = await http.get('/log').expect(200)
    expect(body).toHaveLength(3)
    for (const entry of body) expect(logEntry.parse(entry)).toEqual(entry)
    const positions = body.map(({ position }: { position: number }) => position)
    expect(positions).toEqual(positions.toSorted((a: number, b: number) => b - a))
    const page = await http.get('/log?limit=2')
    const next = /^<([^>]+)>/.exec(page.headers.link ?? '')?.[1] ?? ''
    expect([...page.body, ...(await http.get(next)).body]).toEqual(body)
    expect((await http.get(`/log?comment=${idOf(2)}`)).body).toEqual(
      body.filter(({ commentId }: { commentId: string }) => commentId === idOf(2)),
    )
  })
})
