import { allEvents } from '@logbook/chassis/testing/test-log.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import { describe, expect, it } from 'vitest'
import { bootComments, thread } from './boot.ts'

type Raw = string | Uint8Array<ArrayBuffer>

const content = (value: string) => `{"content":${value}}`
const author = (value: string) => `{"content":"text","author":${value}}`

const texts: [string, Raw, number, string][] = [
  ['nothing', '', 422, 'invalid'],
  ['an empty object', '{}', 422, 'invalid'],
  ['null', 'null', 422, 'invalid'],
  ['a number', '7', 422, 'invalid'],
  ['an array', '[]', 422, 'invalid'],
  ['a content of null', content('null'), 422, 'invalid'],
  ['a numeric content', content('7'), 422, 'invalid'],
  ['an object for a content', content('{"a":1}'), 422, 'invalid'],
  ['an empty content', content('""'), 422, 'invalid'],
  ['a content of white space', content('" \\n\\t "'), 422, 'invalid'],
  ['a content with NUL', content('"a\\u0000b"'), 422, 'invalid'],
  ['half a character', content('"\\ud83e"'), 422, 'invalid'],
  [
    'a content that is too long',
    content(JSON.stringify('a'.repeat(bounds.commentCharsMax + 1))),
    422,
    'invalid',
  ],
  ['a field of the service’s own', '{"content":"text","status":"approved"}', 422, 'invalid'],
  ['__proto__', '{"content":"text","__proto__":{"status":"approved"}}', 422, 'invalid'],
  ['bad JSON', '{"content":', 400, 'bad-json'],
  ['invalid UTF-8', Uint8Array.from([...Buffer.from('{"content":"'), 0xff, 0x22, 0x7d]), 400, 'bad-encoding'],
  ['100 KB', content(JSON.stringify('a'.repeat(100_000))), 413, 'too-large'],
]

const ofNewOnes: [string, Raw, number, string][] = [
  ['a parent that is no id', '{"content":"text","parentId":"__proto__"}', 422, 'invalid'],
  ['a numeric parent', '{"content":"text","parentId":1}', 422, 'invalid'],
  ['an author who is a text', author('"Ann"'), 422, 'invalid'],
  ['an author without a name', author('{"url":null}'), 422, 'invalid'],
  ['an empty name', author('{"name":" "}'), 422, 'invalid'],
  ['a name of two lines', author('{"name":"a\\nb"}'), 422, 'invalid'],
  ['an address that is a script', author('{"name":"a","url":"javascript:alert(1)"}'), 422, 'invalid'],
  ['an e-mail that is none', author('{"name":"a","email":"a@"}'), 422, 'invalid'],
  ['an id of one’s own', author('{"name":"a","id":"01920000-0000-7000-8000-0000000000f1"}'), 422, 'invalid'],
]

interface Sent {
  method: string
  body: Raw
  authorization: string
}

const send = async (url: string, { method, body, authorization }: Sent) => {
  const answer = await fetch(url, {
    method,
    headers: { 'Content-Type': 'application/json', Authorization: authorization },
    body,
  })
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  const { code } = (await answer.json()) as { code: string }
  return [answer.status, code]
}

describe('a body that is wrong', () => {
  it.each([...texts, ...ofNewOnes])('as a new comment: %s', async (_what, body, status, code) => {
    const { url, authorization, bus } = await bootComments()
    const before = (await allEvents(bus)).length
    expect(await send(url + thread, { method: 'POST', body, authorization })).toEqual([status, code])
    expect(await allEvents(bus)).toHaveLength(before)
  })

  it.each(texts)('as an edit: %s', async (_what, body, status, code) => {
    const { url, authorization, http, bus } = await bootComments()
    const { body: comment } = await http.post(thread).send({ content: 'Whole' })
    const before = (await allEvents(bus)).length
    const path = `${url}/comments/${comment.id}`
    expect(await send(path, { method: 'PATCH', body, authorization })).toEqual([status, code])
    expect(await allEvents(bus)).toHaveLength(before)
  })

  it('as another content type', async () => {
    const { http } = await bootComments()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect((await http.post(thread).set('Content-Type', type).send('content=a')).status).toBe(415)
  })

  it('leaves the service as it was, with room for the longest comment', async () => {
    const { url, authorization, http } = await bootComments()
    for (const [, body] of [...texts, ...ofNewOnes])
      await send(url + thread, { method: 'POST', body, authorization })
    expect((await http.post(thread).send({ content: '語'.repeat(bounds.commentCharsMax) })).status).toBe(201)
  })
})
