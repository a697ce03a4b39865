import { until } from '@logbook/chassis/testing/until.ts'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../axe.ts'
import { ask, blogOf } from './blog.ts'
import { join } from './joining.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'
import { hasBrowser, running, startBrowser, visit } from './visits.ts'

let logbook: Logbook
let blog: ReturnType<typeof blogOf>

beforeAll(async () => {
  logbook = await sharedLogbook()
  blog = blogOf(logbook)
}, 120_000)

/** A reader with a comment on a post of their own, to which others may reply. */
const startThread = async (name: string) => {
  const { id: postId, slug } = await blog.write(`Where ${name} reads`)
  const { Cookie } = await join(blog, { email: `${name}@notices.example`, name, role: 'reader' })
  const asked = await ask<{ id: string }>(`${blog.api}/posts/${postId}/comments`, {
    ...{ method: 'POST', body: { content: 'Who has seen it?' }, headers: { Cookie } },
  })
  const parentId = asked.json().id
  await blog.judged(postId, 1)
  let replies = 0
  return {
    ...{ slug, Cookie, headers: { Cookie } },
    reply: async () => {
      await blog.commentForSure({ postId, parentId, content: `Reply ${++replies}` })
      await blog.judged(postId, 1 + replies)
    },
  }
}

/** What the header of a page says is unread; undefined where there is no bell. */
const unreadOn = async (path: string, headers: Record<string, string> = {}): Promise<string | undefined> => {
  const { status, text } = await ask(`${logbook.url('gateway')}${path}`, { headers })
  expect([path, status]).toEqual([path, 200])
  return /<a data-unread="([^"]*)"/.exec(text)?.[1]
}

it('every page of a person has the number of their unread notices without JavaScript, and no page of another does', async () => {
  const [ann, bob] = [await startThread('Ann'), await startThread('Bob')]
  const paths = ['/', `/posts/${ann.slug}`, `/posts/${bob.slug}`, '/tags', '/account', '/notifications']
  await ann.reply()
  await ann.reply()
  await until(async () => (await unreadOn('/', ann.headers)) === '2', 'two unread notices')
  for (const path of paths) {
    expect([path, await unreadOn(path, ann.headers)]).toEqual([path, '2'])
    expect([path, await unreadOn(path, bob.headers)]).toEqual([path, ''])
  }
  expect(await unreadOn('/')).toBeUndefined()

  const { text } = await ask(`${logbook.url('gateway')}/notifications`, { headers: ann.headers })
  const upTo = /name="upTo" value="(\d+)"/.exec(text)?.[1] ?? ''
  const read = await fetch(`${logbook.url('gateway')}/notifications`, {
    method: 'POST',
    headers: { Cookie: ann.Cookie, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ upTo }).toString(),
    redirect: 'manual',
  })
  expect(read.status).toBe(302)
  const position = read.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
  // Pages wait for notifications to come so far, and not longer than a second.
  const headers = { Cookie: `${ann.Cookie}; ${position}` }
  await until(async () => (await unreadOn('/notifications', headers)) === '', 'nothing to be unread')
  await until(async () => (await unreadOn('/', ann.headers)) === '', 'nothing to be unread on other pages')
}, 120_000)

it('pages are there while notifications is not, and have the number again when it is back', async () => {
  const thread = await startThread('Cleo')
  await thread.reply()
  await until(async () => (await unreadOn('/', thread.headers)) === '1', 'one unread notice')
  await logbook.kill('notifications', 'SIGKILL')
  await until(async () => (await unreadOn('/', thread.headers)) === '', 'no number to be shown')
  await logbook.start('notifications')
  await until(async () => (await unreadOn('/', thread.headers)) === '1', 'the number to be shown again')
}, 120_000)

describe.skipIf(!hasBrowser)('the bell in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser?.close())

  it('counts what comes while a page is open and what is read on another, and moves nothing', async () => {
    const thread = await startThread('Dee')
    const origin = logbook.url('gateway')
    const { page, complaints, to } = await visit(browser, { origin })
    const [name = '', value = ''] = thread.Cookie.split(/=(.*)/s)
    await page.context().addCookies([{ name, value: value.split(';')[0] ?? '', url: origin }])
    await to(`/posts/${thread.slug}`)
    await running(page)
    const bellOf = (shown: typeof page) => shown.locator('header').getByRole('link', { name: /^Notices/ })
    const nameIs = (shown: typeof page, text: string) =>
      shown.locator('header').getByRole('link', { name: text, exact: true }).waitFor()
    await nameIs(page, 'Notices')
    const before = await bellOf(page).boundingBox()
    await thread.reply()
    await nameIs(page, 'Notices, 1 unread')
    expect(await bellOf(page).boundingBox()).toEqual(before)
    expect(await axeFindings(page)).toEqual([])

    const other = await page.context().newPage()
    await other.goto(`${origin}/notifications`)
    await running(other)
    await nameIs(other, 'Notices, 1 unread')
    await other.getByRole('button', { name: 'Mark all as read' }).click()
    await nameIs(other, 'Notices')
    await other.getByRole('button', { name: 'Mark all as read' }).waitFor({ state: 'detached' })
    await thread.reply()
    await nameIs(other, 'Notices, 1 unread')
    await other.getByText('New:').waitFor({ state: 'attached' })
    // What is out of sight follows nothing, and is told as soon as it is seen.
    await page.bringToFront()
    await nameIs(page, 'Notices, 1 unread')
    expect(complaints).toEqual([])
  }, 120_000)
})
