import { allEvents, appendForeign } from '@logbook/chassis/testing/test-log.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import { describe, expect, it } from 'vitest'
import { bootPosts } from './boot.ts'

type Raw = string | Uint8Array<ArrayBuffer>

const boot = async () => {
  const booted = await bootPosts()
  const { body } = await booted.http.post('/posts').send({ title: 'Whole' })
  const length = (await allEvents(booted.bus)).length
  return { ...booted, path: `/posts/${body.id}`, length }
}

const title = (value: string) => `{"title":${value}}`

const bodies: [string, Raw, number, string][] = [
  ['nothing', '', 422, 'invalid'],
  ['an empty object', '{}', 422, 'invalid'],
  ['null', 'null', 422, 'invalid'],
  ['a number', '7', 422, 'invalid'],
  ['an array', '[]', 422, 'invalid'],
  ['a text', '"title"', 422, 'invalid'],
  ['a title of null', title('null'), 422, 'invalid'],
  ['a numeric title', title('7'), 422, 'invalid'],
  ['an object for a title', title('{"a":1}'), 422, 'invalid'],
  ['an empty title', title('""'), 422, 'invalid'],
  ['a title of spaces', title('"   "'), 422, 'invalid'],
  ['a title of two lines', title('"a\\nb"'), 422, 'invalid'],
  ['a title with NUL', title('"a\\u0000b"'), 422, 'invalid'],
  ['half a character', title('"\\ud83e"'), 422, 'invalid'],
  ['a title that is too long', title(JSON.stringify('a'.repeat(bounds.titleCharsMax + 1))), 422, 'invalid'],
  [
    'a content that is too long',
    `{"title":"a","content":"${'a'.repeat(bounds.contentCharsMax + 1)}"}`,
    422,
    'invalid',
  ],
  ['a numeric content', '{"title":"a","content":1}', 422, 'invalid'],
  ['tags that are no list', '{"title":"a","tags":"b"}', 422, 'invalid'],
  [
    'too many tags',
    JSON.stringify({ title: 'a', tags: Array(bounds.tagsMax + 1).fill('b') }),
    422,
    'invalid',
  ],
  ['a slug of capitals', '{"title":"a","slug":"A b"}', 422, 'invalid'],
  ['an empty slug', '{"title":"a","slug":""}', 422, 'invalid'],
  ['another status', '{"title":"a","status":"deleted"}', 422, 'invalid'],
  ['a field of the service’s own', '{"title":"a","id":"x"}', 422, 'invalid'],
  ['__proto__', '{"title":"a","__proto__":{"status":"draft"}}', 422, 'invalid'],
  ['constructor', '{"title":"a","constructor":{"prototype":{}}}', 422, 'invalid'],
  ['bad JSON', '{"title":', 400, 'bad-json'],
  ['invalid UTF-8', Uint8Array.from([...Buffer.from('{"title":"'), 0xff, 0x22, 0x7d]), 400, 'bad-encoding'],
  ['too many bytes', `{"title":"a","content":"${'a'.repeat(1024 * 1024)}"}`, 413, 'too-large'],
]

describe('an invalid body', () => {
  it.each(bodies)('a new post with an invalid body is refused: %s', async (_what, body, status, code) => {
    const { url, authorization, bus, length } = await boot()
    const answer = await fetch(`${url}/posts`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: authorization },
      body,
    })
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code])
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(await allEvents(bus)).toHaveLength(length)
  })

  const editable = bodies.filter(([what]) => what !== 'another status')
  it.each(editable)('an edit with an invalid body is refused: %s', async (_what, body, status, code) => {
    const { url, authorization, path, bus, length } = await boot()
    const answer = await fetch(url + path, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json', Authorization: authorization },
      body,
    })
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code])
    expect(await allEvents(bus)).toHaveLength(length)
  })

  it('a body of another content type is refused', async () => {
    const { http } = await boot()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect((await http.post('/posts').set('Content-Type', type).send('title=a')).status).toBe(415)
  })

  it('an invalid body changes nothing, and the longest valid post is accepted', async () => {
    const { url, authorization, http, path } = await boot()
    for (const [, body] of bodies)
      await fetch(`${url}/posts`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: authorization },
        body,
      })
    expect((await http.get(path)).body.title).toBe('Whole')
    const longest = { title: 'a'.repeat(bounds.titleCharsMax), content: '語'.repeat(bounds.contentCharsMax) }
    expect((await http.post('/posts').send(longest)).status).toBe(201)
  })
})

describe('a forged event', () => {
  it.each([
    ['data of another shape', { type: 'PostUpdated', data: { id: 7 } }],
    ['no data', { type: 'PostDeleted', data: null }],
    [
      'the event of another',
      { type: 'CommentPromoted', data: { id: '01920000-0000-7000-8000-0000000000c1' } },
    ],
    ['an unknown type', { type: 'Nonsense', data: { __proto__: 1 } }],
  ])('a forged event with %s stops neither the view nor the post', async (_what, event) => {
    const { bus, http, path } = await boot()
    await appendForeign(bus, { ...event, subject: path.replace('/posts/', 'post-') })
    const edited = await http.patch(path).send({ title: 'Still' })
    expect(edited.status).toBe(200)
    const read = await http
      .get(path)
      .set({ 'Min-Position': String(edited.headers.position), Prefer: 'wait=2' })
    expect(read.body.title).toBe('Still')
    expect((await http.get('/health')).body).toMatchObject({ parked: 0, fault: null })
  })
})
