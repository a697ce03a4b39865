import { derivedId } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { allEvents } from '@logbook/chassis/testing/test-log.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import type { ImportComment } from '@logbook/contracts/http/comments.ts'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { appendPost, bootComments } from './boot.ts'

const item = (over: Partial<ImportComment> = {}): ImportComment => ({
  key: 'blog:c1',
  postKey: 'blog:1',
  parentKey: null,
  author: { name: 'Ann', url: null },
  content: 'An old comment',
  createdAt: '2004-02-29T12:00:00Z',
  status: 'approved',
  ...over,
})

const outcomes = (body: { outcome: string }[]) => body.map(({ outcome }) => outcome)
const createdIn = async (bus: Bus) => (await allEvents(bus)).filter(({ type }) => type === 'CommentCreated')

describe('POST /imports', () => {
  let booted: Awaited<ReturnType<typeof bootComments>>
  beforeEach(async () => {
    booted = await bootComments()
    await appendPost(booted.bus, { id: derivedId('import', 'blog:1') })
  })

  it('keeps dates, authors, threads and the verdict each had, and does nothing the second time', async () => {
    const { owner: http, bus } = booted
    const items = [
      item(),
      item({ key: 'blog:c2', parentKey: 'blog:c1', author: null, status: 'rejected' }),
      item({ key: 'blog:c3', parentKey: 'blog:c2' }),
    ]
    const first = await http.post('/imports').send(items)
    expect(outcomes(first.body)).toEqual(['imported', 'imported', 'imported'])
    const [root, reply, below] = first.body.map(({ id }: { id: string }) => id)
    expect((await createdIn(bus)).map(({ data }) => data)).toMatchObject([
      {
        id: root,
        parentId: null,
        author: { name: 'Ann', url: null, email: null },
        createdAt: '2004-02-29T12:00:00.000Z',
        status: 'pending',
        priorVerdict: 'approved',
      },
      { id: reply, parentId: root, author: null, priorVerdict: 'rejected' },
      { id: below, parentId: reply },
    ])
    const again = await http.post('/imports').send(items)
    expect(again.body).toEqual(first.body.map((each: object) => ({ ...each, outcome: 'unchanged' })))
    expect(await createdIn(bus)).toHaveLength(3)
  })

  const kept: Partial<ImportComment> = {
    ...{ promoted: true, advertised: true, searchable: false, anonymized: true },
    ...{ kind: 'mention', editedAt: '2004-03-01T12:00:00Z', reason: 'A friendly word.' },
  }

  it('keeps flags, the time of the last change, the kind and why it was judged so, and a second time changes nothing', async () => {
    const { owner: http, bus } = booted
    const [first] = (await http.post('/imports').send([item(kept)])).body
    const [created, ...facts] = (await allEvents(bus)).slice(2)
    expect(created).toMatchObject({
      type: 'CommentCreated',
      data: { kind: 'mention', editedAt: '2004-03-01T12:00:00.000Z', priorReason: 'A friendly word.' },
    })
    expect(facts.map(({ type }) => type)).toEqual([
      'CommentPromoted',
      'CommentAdvertised',
      'CommentSearchable',
      'CommentAnonymized',
      'CommentUpdated',
    ])
    expect(facts.at(-1)?.data).toMatchObject({
      ...{ promoted: true, advertised: true, searchable: false, anonymized: true },
      ...{ revision: 1, editedAt: '2004-03-01T12:00:00.000Z', cause: created?.id },
    })
    const { id } = first
    await http.put(`/comments/${id}/searchable`).send({ searchable: true }).expect(200)
    const events = await allEvents(bus)
    expect(outcomes((await http.post('/imports').send([item(kept)])).body)).toEqual(['unchanged'])
    expect(await allEvents(bus)).toEqual(events)
  })

  it('brings a full request of comments with all flags, though one append takes fewer events', async () => {
    const { owner: http, bus } = booted
    const items = Array.from({ length: bounds.importItemsMax }, (_, n) => item({ ...kept, key: `c${n}` }))
    const { body } = await http.post('/imports').send(items)
    expect(new Set(outcomes(body))).toEqual(new Set(['imported']))
    expect(await createdIn(bus)).toHaveLength(items.length)
  })

  it.each<[string, object]>([
    ['promoted', { promoted: 'yes' }],
    ['searchable', { searchable: null }],
    ['advertised', { advertised: 1 }],
    ['anonymized', { anonymized: [] }],
    ['kind', { kind: 'post' }],
    ['editedAt', { editedAt: 'yesterday' }],
    ['editedAt', { editedAt: '-000001-01-01T00:00:00Z' }],
    ['editedAt', { editedAt: '9999-01-01T00:00:00Z' }],
    ['editedAt', { editedAt: 1 }],
    ['reason', { reason: 'x'.repeat(bounds.reasonCharsMax + 1) }],
    ['reason', { reason: 'a\u0000b' }],
    ['featured', { featured: true }],
  ])('refuses a comment whose %s is none, by its name: %j', async (name, wrong) => {
    const { owner: http, bus } = booted
    const { body } = await http.post('/imports').send([{ ...item(), ...wrong }, item({ key: 'blog:c2' })])
    expect(outcomes(body)).toEqual(['refused', 'imported'])
    expect(body[0].reason).toContain(name)
    expect(await createdIn(bus)).toHaveLength(1)
  })

  it('puts a comment under the post that its id names, whatever the key, and refuses one that is none', async () => {
    const { owner: http, bus } = booted
    const postId = derivedId('import', 'blog:1')
    const unknown = '01920000-0000-7000-8000-00000000ffff'
    const { body } = await http
      .post('/imports')
      .send([
        item({ postKey: 'elsewhere:1', postId }),
        item({ key: 'blog:c2', postId: unknown }),
        item({ key: 'blog:c3', postId: 'none' }),
      ])
    expect(outcomes(body)).toEqual(['imported', 'refused', 'refused'])
    expect(body[2].reason).toContain('postId')
    expect((await createdIn(bus)).map(({ data }) => data)).toMatchObject([{ postId }])
  })

  it('refuses what has no post or no parent here, and goes on with the rest', async () => {
    const { owner: http } = booted
    const { body } = await http
      .post('/imports')
      .send([
        item({ postKey: 'blog:none' }),
        item({ key: 'blog:c2', parentKey: 'blog:none' }),
        item({ key: 'blog:c3', content: '' }),
        null,
        item({ key: 'blog:c4' }),
      ])
    expect(outcomes(body)).toEqual(['refused', 'refused', 'refused', 'refused', 'imported'])
    expect(body.slice(0, 3).map(({ reason }: { reason: string }) => reason.split(':')[0])).toEqual([
      'postKey',
      'parentId',
      'content',
    ])
  })

  it('appends the comments of a post in the order of the items, each time', async () => {
    const { owner: http, bus } = booted
    await appendPost(bus, { id: derivedId('import', 'blog:2') })
    // Some of them have to look for more than others.
    const items = Array.from({ length: 40 }, (_, n) =>
      item({
        key: `same:${n}`,
        content: `Turn ${n}`,
        postKey: `blog:${(n % 2) + 1}`,
        parentKey: n >= 4 && n % 3 === 0 ? `same:${n % 2}` : null,
      }),
    )
    expect(outcomes((await http.post('/imports').send(items)).body)).toEqual(Array(40).fill('imported'))
    const turns = (await createdIn(bus)).map(({ data }) => data as { postId: string; content: string })
    for (const n of [1, 2])
      expect(
        turns
          .filter(({ postId }) => postId === derivedId('import', `blog:${n}`))
          .map(({ content }) => content),
      ).toEqual(items.filter(({ postKey }) => postKey === `blog:${n}`).map(({ content }) => content))
  })

  it('puts comments under a post that takes none from readers any more', async () => {
    const { owner: http, bus } = booted
    const postId = derivedId('import', 'blog:closed')
    await appendPost(bus, { id: postId, commentsClosed: true })
    const { body } = await http.post('/imports').send([item({ postKey: 'blog:closed' })])
    expect(outcomes(body)).toEqual(['imported'])
    const refused = await http.post(`/posts/${postId}/comments`).send({ content: 'Late' })
    expect(refused.status).toBe(403)
    expect(refused.body).toMatchObject({ code: 'comments-closed', title: 'Comments are closed' })
    expect(await createdIn(bus)).toHaveLength(1)
  })

  it('takes one key once, even twice in one request', async () => {
    const { owner: http } = booted
    const { body } = await http.post('/imports').send([item(), item()])
    expect(outcomes(body)).toEqual(['imported', 'unchanged'])
  })

  it('appends a request of new comments at once, and asks the log for no post twice and for no parent in it', async () => {
    const { owner: http, bus } = booted
    await appendPost(bus, { id: derivedId('import', 'blog:2') })
    const append = vi.spyOn(bus, 'append')
    const readStream = vi.spyOn(bus, 'readStream')
    const items = Array.from({ length: 20 }, (_, n) =>
      item({ key: `c${n}`, postKey: `blog:${n % 2 ? 1 : 2}`, parentKey: n < 2 ? null : `c${n % 2}` }),
    )
    expect(outcomes((await http.post('/imports').send(items)).body)).toEqual(Array(20).fill('imported'))
    const asked = readStream.mock.calls.map(([subject]) => subject)
    expect([append.mock.calls.length, new Set(asked).size]).toEqual([1, asked.length])
    expect(asked.filter((subject) => subject.startsWith('comment-'))).toEqual([])
    const next = [item({ key: 'later', parentKey: 'c1' })]
    expect(outcomes((await http.post('/imports').send(next)).body)).toEqual(['imported'])
    expect(append).toHaveBeenCalledTimes(2)
  })

  it('goes on where a request was cut off: what is here stays, the rest comes in its order', async () => {
    const { owner: http, bus } = booted
    const items = Array.from({ length: 6 }, (_, n) => item({ key: `c${n}`, content: `Turn ${n}` }))
    await http.post('/imports').send(items.slice(0, 2))
    const { body } = await http.post('/imports').send(items)
    expect(outcomes(body)).toEqual(['unchanged', 'unchanged', ...Array(4).fill('imported')])
    expect((await createdIn(bus)).map(({ data }) => (data as { content: string }).content)).toEqual(
      items.map(({ content }) => content),
    )
  })

  it('takes no parent from another post, even one that came in the same request', async () => {
    const { owner: http, bus } = booted
    await appendPost(bus, { id: derivedId('import', 'blog:2') })
    const items = [item(), item({ key: 'blog:c2', postKey: 'blog:2', parentKey: 'blog:c1' })]
    for (const first of ['imported', 'unchanged'])
      expect(outcomes((await http.post('/imports').send(items)).body)).toEqual([first, 'refused'])
  })

  it('takes a deep thread in one request', async () => {
    const { owner: http } = booted
    const items = Array.from({ length: 50 }, (_, n) =>
      item({ key: `deep:${n}`, parentKey: n === 0 ? null : `deep:${n - 1}` }),
    )
    const { body } = await http.post('/imports').send(items)
    expect(outcomes(body)).toEqual(Array(50).fill('imported'))
  })
})
