import { beforeAll, expect, it } from 'vitest'
import { ask, blogOf } from './blog.ts'
import { cookiesOf, join } from './joining.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'

let logbook: Logbook
beforeAll(async () => {
  logbook = await sharedLogbook()
})

it('whose session was ended elsewhere is told so, and after the next page is a guest like any other', async () => {
  const blog = blogOf(logbook)
  const { id: postId, slug } = await blog.write('Of doors')
  await blog.settled()
  const email = 'prudence@blog.example'
  const ended = await join(blog, { email, name: 'Prudence' })
  const signedIn = await ask(`${blog.api}/accounts/auth/sign-in/email`, {
    method: 'POST',
    body: { email, password: 'four words in a row' },
  })
  const here = { Cookie: cookiesOf(signedIn) }
  const sessions = await ask<{ id: string; current: boolean }[]>(`${blog.api}/accounts/sessions`, {
    headers: here,
  })
  const other = sessions.json().find(({ current }) => !current)
  const end = await ask(`${blog.api}/accounts/sessions/${other?.id}`, { method: 'DELETE', headers: here })
  expect(end.status, end.text).toBe(204)
  // It remembers who somebody is for as long as the token of a minute holds.
  await logbook.kill('gateway')
  await logbook.start('gateway')

  const comment = (headers: Record<string, string>, author?: object) =>
    ask<{ code?: string }>(`${blog.api}/posts/${postId}/comments`, {
      ...{ method: 'POST', headers },
      body: { content: 'Which of them is open?', ...(author && { author }) },
    })
  const refused = await comment(ended)
  expect([refused.status, refused.json().code]).toEqual([401, 'unauthenticated'])
  const page = await ask(`${logbook.url('gateway')}/posts/${slug}`, {
    headers: { ...ended, Accept: 'text/html' },
  })
  expect(page.status).toBe(200)
  const [cookie = '', ...others] = page.headers
    .getSetCookie()
    .filter((each) => each.includes('session_token'))
  expect(others).toEqual([])
  expect(cookie).toMatch(/^logbook\.session_token=;.*Max-Age=0/)
  expect((await comment({}, { name: 'Prudence' })).status).toBe(201)
  const still = await ask(`${blog.api}/accounts/me`, { headers: here })
  expect(still.status).toBe(200)
})
