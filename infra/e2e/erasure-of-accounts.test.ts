import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join as pathOf } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, blogOf } from './blog.ts'
import { cookiesOf, join } from './joining.ts'
import { type Logbook, startLogbook } from './logbook.ts'
import { until } from './until.ts'

const person = {
  name: 'Zephyrine Quartermain',
  email: 'zephyrine@quartermain.example',
  words: 'the ocelots left at nine',
}
const guest = {
  name: 'Ignatius Peppercorn',
  email: 'ignatius@peppercorn.example',
  url: 'https://peppercorn.example/ignatius',
  words: 'we bought eleven accordions',
}
const traces = [...Object.values(person), ...Object.values(guest)]

let logbook: Logbook
beforeAll(async () => {
  logbook = await startLogbook({
    services: ['event-bus', 'accounts', 'posts', 'comments', 'moderation', 'query', 'gateway'],
  })
}, 60_000)
afterAll(() => logbook.close())

/** Which of these stands in which file of the data folder, free pages and write-ahead logs among them. */
const found = (): string[] => {
  const { dataFolder } = logbook.place
  return readdirSync(dataFolder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const file = pathOf(dataFolder, name)
    if (!statSync(file).isFile()) return []
    const bytes = readFileSync(file)
    return traces.filter((text) => bytes.includes(text)).map((text) => `${name}: ${text}`)
  })
}

it('who signed up, got mail and wrote, and a guest, are erased from every byte of every file', async () => {
  const blog = blogOf(logbook)
  const { id: postId } = await blog.write('Of animals and instruments')
  const send = (path: string, body: object, headers: Record<string, string> = {}) =>
    ask(`${blog.api}${path}`, { method: 'POST', body, headers })

  const session = await join(blog, person)
  const { id: personId } = (await ask<{ id: string }>(`${blog.api}/accounts/me`, { headers: session })).json()
  await send('/accounts/auth/request-password-reset', { email: person.email })
  expect((await send('/accounts/tokens', { name: person.name }, session)).status).toBe(201)
  expect((await send('/posts', { title: 'Their own' }, session)).status).toBe(201)
  expect((await send(`/posts/${postId}/comments`, { content: person.words }, session)).status).toBe(201)

  const { words, ...author } = guest
  const said = await send(`/posts/${postId}/comments`, { content: words, author })
  expect(said.status, said.text).toBe(201)
  const [, guestId = ''] = /logbook_guest=([\da-f-]{36})/.exec(cookiesOf(said)) ?? []
  await blog.judged(postId, 2)
  await until(() => found().some((each) => each.startsWith('outbox')), 'a mail in the outbox')
  const where = found().join('\n')
  // A guest's e-mail stands nowhere in the clear from the beginning.
  for (const text of traces) expect(where.includes(text), text).toBe(text !== guest.email)

  for (const id of [personId, guestId]) {
    const asked = await ask(`${logbook.url('accounts')}/people/${id}`, {
      method: 'DELETE',
      headers: logbook.authorizationOf(),
    })
    expect(asked.status, asked.text).toBe(202)
  }
  for (const id of [personId, guestId])
    await until(async () => {
      const answer = await ask<{ complete: boolean }>(`${logbook.url('accounts')}/erasures/${id}`, {
        headers: logbook.authorizationOf(),
      })
      return answer.json().complete
    }, 'the receipt to be complete')
  expect(found()).toEqual([])
  // An access token lasts for the rest of its minute, and yet nobody writes as someone who is gone.
  expect((await ask(`${blog.api}/accounts/me`, { headers: session })).status).toBe(404)
  const late = await send(`/posts/${postId}/comments`, { content: person.words }, session)
  expect(late.status, late.text).toBeGreaterThanOrEqual(400)
  expect(found()).toEqual([])
}, 60_000)
