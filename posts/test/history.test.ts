import { callers } from '@logbook/chassis/testing/access.ts'
import { appendForeign, readingAfter } from '@logbook/chassis/testing/test-log.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import { postDiff, postHistoryEntry, postVersion } from '@logbook/contracts/http/post-history.ts'
import { describe, expect, it } from 'vitest'
import { bootPosts } from './boot.ts'

const boot = async () => {
  const booted = await bootPosts()
  const author = await booted.as(callers.author)
  const created = await author.post('/posts').send({ title: 'One', content: 'At dawn.', status: 'draft' })
  const path = `/posts/${created.body.id}`
  await author.post(`${path}/publish`)
  const edited = await author.patch(path).send({ content: 'At dusk.', tags: ['birds'], slug: 'two' })
  const restored = await author.patch(path).send({ content: 'At dawn.', tags: [] })
  return { ...booted, author, path, edited, seen: readingAfter(restored) }
}

describe('the history of a post', () => {
  it('the history of a post says what happened, by which person, with what effect and by which request', async () => {
    const { author, http: owner, path } = await boot()
    await author.post(`${path}/unpublish`)
    await author.post(`${path}/publish`)
    await owner.patch(path).send({ title: 'Uno' })
    await author.patch(path).send({ excerpt: 'Short.' })
    const deleted = await author.delete(path)
    const { name } = callers.author
    const { body } = await owner.get(`${path}/history`).set(readingAfter(deleted))
    const entries = postHistoryEntry.array().parse(body).reverse()
    expect(entries.map(({ version, status, says }) => [version, status, says])).toEqual([
      [1, 'draft', `Written as a draft by ${callers.author.name}`],
      [2, 'published', `Published by ${name}`],
      [4, 'published', `Edited by ${name}: address changed from one to two; tagged “birds”; text changed`],
      [
        6,
        'published',
        `Edited by ${name}: no longer tagged “birds”; text changed; the words are again those of version 1`,
      ],
      [8, 'draft', `Made a draft again by ${name}`],
      [10, 'published', `Published again by ${name}`],
      [12, 'published', `Title changed from “One” to “Uno” by ${callers.owner.name}`],
      [14, 'published', `Excerpt added by ${name}`],
      [16, 'deleted', `Deleted by ${name}`],
    ])
    expect(entries.map(({ by }) => by?.id)[6]).toBe(callers.owner.id)
    expect(entries.map(({ changed }) => changed)[2]).toEqual(['slug', 'tags', 'content'])
    expect(new Set(entries.map(({ correlationId }) => correlationId)).size).toBe(9)
    expect(entries.every(({ cause }) => cause === null)).toBe(true)
  })

  it('an entry of a history names the event that caused it', async () => {
    const { bus, author, path, seen } = await boot()
    const id = path.slice('/posts/'.length)
    await appendForeign(bus, {
      type: 'PostUnpublished',
      subject: `post-${id}`,
      data: { id, unpublishedAt: '2026-01-01T00:00:00.000Z' },
      causationid: 'what-was-before',
    })
    const [last] = (await author.get(`${path}/history`).set(seen)).body
    expect(last).toMatchObject({ type: 'PostUnpublished', cause: 'what-was-before' })
    // It was appended in the older shape, which did not record who did it.
    expect(last).toMatchObject({ says: 'Made a draft again', by: null })
  })

  it('the history of a deleted post stays readable for its author, and marks later facts as changing nothing', async () => {
    const { as, bus, author, path } = await boot()
    const id = path.slice('/posts/'.length)
    await author.delete(path)
    const data = { id, editedAt: '2026-01-01T00:00:00.000Z', title: 'Late' }
    await appendForeign(bus, { type: 'PostEdited', subject: `post-${id}`, data })
    const { body } = await author.get(`${path}/history`)
    expect(body.slice(0, 2).map(({ says }: { says: string }) => says)).toEqual([
      'Nothing changed',
      `Deleted by ${callers.author.name}`,
    ])
    expect((await author.get(`${path}/history/6`)).body.post).toMatchObject({ title: 'One' })
    expect((await author.get(`${path}/diff`)).status).toBe(200)
    const other = await as(callers.otherAuthor)
    for (const rest of ['/history', '/history/6', '/diff'])
      expect((await other.get(path + rest)).status).toBe(404)
  })

  it('a page of a history with long texts has fewer entries, and links to the rest', async () => {
    const { http } = await bootPosts()
    const longest = '語'.repeat(bounds.contentCharsMax - 1)
    const { body } = await http.post('/posts').send({ title: 'T', content: longest })
    for (let n = 1; n < 9; n++) await http.patch(`/posts/${body.id}`).send({ content: `${longest}${n}` })
    const first = await http.get(`/posts/${body.id}/history?limit=9`)
    expect(first.body).toHaveLength(6)
    const next = /<(.+)>/.exec(first.headers.link ?? '')?.[1] ?? ''
    const rest = postHistoryEntry.array().parse((await http.get(next)).body)
    expect(rest.map(({ version }) => version)).toEqual([4, 2, 1])
  })

  it('each version of a post can be read, by the version of its fact or of the command’s answer', async () => {
    const { author, path, edited, seen } = await boot()
    const read = async (version: number) =>
      postVersion.parse((await author.get(`${path}/history/${version}`).set(seen)).body)
    expect((await read(1)).post).toMatchObject({ status: 'draft', content: 'At dawn.', slug: 'one' })
    expect((await read(4)).post).toEqual(edited.body)
    expect(await read(5)).toEqual(await read(4))
    for (const version of ['8', '99'])
      expect((await author.get(`${path}/history/${version}`).set(seen)).status).toBe(404)
    for (const version of ['0', '-1', 'x', '1e3'])
      expect((await author.get(`${path}/history/${version}`)).status).toBe(422)
  })
})

describe('the difference between two versions', () => {
  const diff = async (query: string) => {
    const { author, path, seen } = await boot()
    return author.get(`${path}/diff${query}`).set(seen)
  }

  it('a difference lists changed fields and changed text', async () => {
    const answer = postDiff.parse((await diff('?from=1&to=4')).body)
    expect([answer.from.version, answer.to.version]).toEqual([1, 4])
    expect(answer.fields).toEqual([
      {
        field: 'slug',
        parts: [
          { kind: 'removed', text: 'one' },
          { kind: 'added', text: 'two' },
        ],
      },
      { field: 'tags', parts: [{ kind: 'added', text: 'birds' }] },
      {
        field: 'status',
        parts: [
          { kind: 'removed', text: 'draft' },
          { kind: 'added', text: 'published' },
        ],
      },
    ])
    expect(answer.content).toEqual([
      {
        kind: 'changed',
        parts: [
          { kind: 'same', text: 'At ' },
          { kind: 'removed', text: 'dawn' },
          { kind: 'added', text: 'dusk' },
          { kind: 'same', text: '.' },
        ],
      },
    ])
  })

  it('a difference is between the last two versions by default, and can go backwards', async () => {
    expect((await diff('')).body).toMatchObject({ from: { version: 4 }, to: { version: 6 } })
    expect((await diff('?to=4')).body).toMatchObject({ from: { version: 2 }, to: { version: 4 } })
    expect((await diff('?to=1')).body).toMatchObject({ from: { version: 1 }, fields: [], content: [] })
    expect((await diff('?from=6&to=1')).body).toMatchObject({ from: { version: 6 }, to: { version: 1 } })
  })

  it.each(['?from=8', '?to=99', '?from=0', '?to=x', '?from=', '?from=1&from=2', '?to=-1'])(
    'a difference of a malformed or unknown version is refused: %s',
    async (query) => {
      const answer = await diff(query)
      expect([answer.status, answer.body.code]).toEqual([422, 'invalid'])
    },
  )

  it('only the author and the owner read a version or a difference', async () => {
    const { as, http: owner, path, seen } = await boot()
    const other = await as(callers.otherAuthor)
    for (const rest of ['/diff', '/history/1']) {
      expect((await other.get(`${path}${rest}`).set(seen)).status).toBe(404)
      expect((await owner.get(`${path}${rest}`).set(seen)).status).toBe(200)
    }
  })
})
