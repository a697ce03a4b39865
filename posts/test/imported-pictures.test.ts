import { allEvents, appendForeign } from '@logbook/chassis/testing/test-log.ts'
import type { ImportPost } from '@logbook/contracts/http/posts.ts'
import { describe, expect, it, vi } from 'vitest'
import { bootPosts } from './boot.ts'

const item = (over: Partial<ImportPost> = {}): ImportPost => ({
  ...{ key: 'blog:1', title: 'An old post', content: 'Text.', excerpt: null, tags: ['old'], kind: 'post' },
  ...{ status: 'published', authorName: 'Someone' },
  ...{ createdAt: '2004-02-29T12:00:00Z', publishedAt: '2004-03-01T12:00:00.000Z' },
  ...over,
})

describe('pictures of an import', () => {
  const medium = '01920000-0000-7000-8000-0000000000a3'
  const here = `/api/media/${medium}/w40.png#40x20`
  const content = 'One ![x](/a.png) two'
  const places = (address: string | null) => [
    { mediumId: medium, as: 'shown' as const, at: 9, was: '/a.png', here: address },
    { mediumId: medium, as: 'cover' as const, at: 0, was: '/a.png', here: address },
  ]
  const pictured = (address: string | null) => item({ content, cover: '/a.png', pictures: places(address) })
  const shown = `One ![x](${here}) two`
  const finished = (id: string) => ({
    type: 'MediaFinished',
    subject: `media-${id}`,
    data: {
      ...{
        id,
        ownerId: null,
        lease: 1,
        type: 'image/png',
        notes: [],
        finishedAt: '2026-03-01T00:00:00.000Z',
      },
      picture: { width: 40, height: 20, animated: false, colour: null, blurhash: null },
      variants: [
        {
          key: 'a',
          sha256: '0'.repeat(64),
          bytes: 1,
          name: 'w40.png',
          type: 'image/png',
          width: 40,
          height: 20,
        },
      ],
    },
  })
  const boot = async () => {
    const booted = await bootPosts()
    const { http, bus } = booted
    const send = async (sent: ImportPost) => (await http.post('/imports').send([sent])).body[0]
    const id = (await send(item({ key: 'other' }))).id as string
    expect(id).toMatch(/-/)
    const texts = async () =>
      (await allEvents(bus)).flatMap(({ type, data }) =>
        type === 'PostCreated' || type === 'PostUpdated' ? [(data as { content: string }).content] : [],
      )
    return { ...booted, send, texts }
  }

  it('a text comes with the pictures that are here, and those that are not are placed when they are made', async () => {
    const { bus, send, texts, http } = await boot()
    const { id } = await send(pictured(null))
    expect((await send(pictured(null))).outcome).toBe('unchanged')
    expect((await texts()).at(-1)).toBe(content)
    await appendForeign(bus, finished(medium))
    await vi.waitFor(async () => expect((await texts()).at(-1)).toBe(shown))
    const summary = (await allEvents(bus)).findLast(({ type }) => type === 'PostUpdated')
    expect(summary?.data).toMatchObject({ imported: true })
    expect((await http.get(`/posts/${id}`)).body).not.toHaveProperty('imported')
    const [edit] = (await http.get(`/posts/${id}/history`)).body
    expect([edit.says, edit.changed, edit.by]).toEqual([
      'Pictures of the import came',
      ['cover', 'content'],
      null,
    ])
    const { body } = await http.get('/posts')
    const post = body.find((each: { id: string }) => each.id === id)
    expect([post.cover, post.updatedAt]).toEqual([here, '2004-03-01T12:00:00.000Z'])
    // Made once more, for another focal point.
    await appendForeign(bus, finished(medium))
    expect((await send(pictured(here))).outcome).toBe('unchanged')
    expect((await texts()).filter((each) => each === shown)).toHaveLength(1)
  })

  it('a picture that was made before its text was known to wait for it is placed', async () => {
    const { bus, send, texts } = await boot()
    await appendForeign(bus, finished(medium))
    await send(pictured(null))
    await vi.waitFor(async () => expect((await texts()).at(-1)).toBe(shown))
  })

  it('a later run puts pictures into a text that came without them, once, beside what a person edited', async () => {
    const { http, send, texts } = await boot()
    const { id } = await send(item({ content, cover: '/a.png' }))
    await http.patch(`/posts/${id}`).send({ content: 'Uno ![y](/a.png) two', cover: '/mine.png' })
    expect((await send(pictured(here))).outcome).toBe('updated')
    expect((await texts()).at(-1)).toBe(`Uno ![y](${here}) two`)
    await http.patch(`/posts/${id}`).send({ content })
    expect((await send(pictured(here))).outcome).toBe('unchanged')
    expect((await texts()).at(-1)).toBe(content)
  })

  it.each([
    ['another address', { content: 'One ![x](/b.png) two' }],
    ['no picture', { content: 'One' }],
  ])('a place that a person gave %s stays theirs', async (_what, changes) => {
    const { bus, http, send, texts } = await boot()
    const { id } = await send({ ...pictured(null), cover: null, pictures: places(null).slice(0, 1) })
    await http.patch(`/posts/${id}`).send(changes)
    expect((await send({ ...pictured(here), cover: null, pictures: places(here).slice(0, 1) })).outcome).toBe(
      'unchanged',
    )
    await appendForeign(bus, finished(medium))
    const other = await send({ ...pictured(null), key: 'after' })
    await vi.waitFor(async () => expect((await texts()).at(-1)).toBe(shown))
    expect(other.outcome).toBe('imported')
    expect((await texts()).at(-2)).toBe(content)
    expect((await texts()).at(-3)).toBe(changes.content)
  })

  it('a post that was deleted meanwhile gets no picture', async () => {
    const { bus, http, send } = await boot()
    const { id } = await send(pictured(null))
    await http.delete(`/posts/${id}`)
    expect((await send(pictured(here))).outcome).toBe('unchanged')
    await appendForeign(bus, finished(medium))
    const { id: other } = await send({ ...pictured(null), key: 'after' })
    await vi.waitFor(async () => expect((await http.get(`/posts/${other}/history`)).body).toHaveLength(2))
    expect((await allEvents(bus)).filter(({ type }) => type === 'PostEdited')).toHaveLength(1)
  })

  it.each([
    ['a place where another address stands', { at: 8 }],
    ['a place beyond the text', { at: 1_000 }],
    ['a cover that the post has not', { as: 'cover', at: 0, was: '/b.png' }],
    ['an address of another host', { here: 'https://else.example/a.png' }],
    ['an address that leads elsewhere', { here: `${here})[x](https://else.example` }],
    ['a medium without an id', { mediumId: 'x' }],
  ])('an item with %s is refused by name', async (_what, over) => {
    const { http } = await bootPosts()
    const [place] = places(here)
    const { body } = await http
      .post('/imports')
      .send([{ ...pictured(here), pictures: [{ ...place, ...over }] }])
    expect(body[0]).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('pictures') })
  })
})
