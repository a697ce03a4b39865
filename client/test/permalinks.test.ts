import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import { describe, expect, it } from 'vitest'
import { inBrowser } from './browser.ts'
import { longThread } from './browser-places.ts'
import { worldOfFile } from './built.ts'
import { get, send } from './requests.ts'
import { idOf, minutesAgo, sampleComments } from './sample-blog.ts'

const world = worldOfFile()
/** On the 191st page of its thread. */
const old = idOf(100_500)
const [sample] = sampleComments()

/** A post with 72 comments, whose ids begin at `first`; its slug. */
const discuss = async (title: string, first: number): Promise<string> => {
  const created = await fetch(`${world().url}/api/posts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ title, content: 'x', status: 'published' }),
  })
  const { id: postId, slug } = (await created.json()) as { id: string; slug: string }
  const say = (n: number, parent: number | null): void => {
    const place = {
      id: idOf(n),
      postId,
      parentId: parent === null ? null : idOf(parent),
      createdAt: minutesAgo(9_000 + first - n),
    }
    world().fake.comments.set(idOf(n), { ...(sample as PublicComment), ...place, content: `Said ${n}` })
  }
  for (let n = first; n < first + 60; n += 1) say(n, null)
  // Seven replies to the newest, the last of which has a chain of five below it.
  for (let n = first + 100; n < first + 107; n += 1) say(n, first + 59)
  for (let n = first + 107; n < first + 112; n += 1) say(n, n - 1)
  return slug
}

describe('the address of a comment', () => {
  it('the address of a comment shows the page of the thread that contains it, and names the post as canonical', async () => {
    const { status, html } = await get(`${world().url}${longThread}?comment=${old}`)
    expect(status).toBe(200)
    expect(html).toContain(`id="comment-${old}"`)
    expect(html).toContain(`<link rel="canonical" href="http://localhost:3000${longThread}"/>`)
    expect(html).toContain('Show the comments from the first page')
    // Its own address is on the page, before the `#` and after it.
    expect(html).toContain(`?comment=${old}#comment-${old}"`)
  })

  it('the address of a missing comment says so, and still shows the post', async () => {
    for (const id of [idOf(999_998), 'no-id', '%00', `${old}0`]) {
      const { status, html } = await get(`${world().url}${longThread}?comment=${id}`)
      expect(status).toBe(200)
      expect(html).toContain('The comment at this address was deleted or is not published.')
      expect(html).toContain('Remark number 9991')
    }
  })

  it('forms of a comment redirect back to its address, on whatever page it is', async () => {
    const forms = [
      { intent: 'vote', value: '1' },
      { intent: 'flag', flag: 'promoted:true' },
      { intent: 'edit', revision: '1', content: 'Remark number 501' },
    ]
    for (const fields of forms) {
      const { headers } = await send(world(), { path: longThread, fields: { id: old, ...fields } })
      const name = fields.intent === 'edit' ? 'said' : 'comment'
      expect(headers.get('location')).toBe(`${longThread}?${name}=${old}#comment-${old}`)
    }
    world().fake.judge(old, 'approved')
    const { html } = await get(`${world().url}${longThread}?comment=${old}&reply=${old}`)
    expect(html).toContain(`id="reply-${old}"`)
  })
})

describe('all comments of a thread without scripts', () => {
  it('a link shows all comments of a thread without scripts, each once and in its place, and links back to the first page', async () => {
    const slug = await discuss('Discussed without scripts', 800_000)
    const link = (await get(`${world().url}/posts/${slug}`)).html.match(/href="([^"]*)"[^>]*>Show all/)?.[1]
    expect(link).toBe('?comments=all#comments')
    const { html } = await get(`${world().url}/posts/${slug}?comments=all`)
    const ids = [...html.matchAll(/<li id="comment-([\w-]{36})"/g)].map(([, id]) => id)
    expect([ids.length, new Set(ids).size]).toEqual([72, 72])
    expect(html).not.toMatch(/more repl|Show all|Show more comments/)
    expect(html).toContain('Show the comments from the first page')
    expect(ids.indexOf(idOf(800_111))).toBeLessThan(ids.indexOf(idOf(800_058)))
  })
})

inBrowser(world, ({ page, open, wrong }) => {
  const isInSight = (id: string) =>
    page()
      .locator(`#comment-${id}`)
      .evaluate((it) => it.getBoundingClientRect().top >= 0 && it.getBoundingClientRect().top < innerHeight)

  it('a former address of a comment, with only its id after the #, finds it too', async () => {
    await open(`${longThread}#comment-${old}`)
    await page().locator(`#comment-${old}`).waitFor()
    await expect.poll(() => isInSight(old)).toBe(true)
    expect(new URL(page().url()).search).toBe(`?comment=${old}`)
    expect(await wrong()).toEqual([])
    // Also within the page that is open.
    const other = idOf(100_900)
    await page().evaluate((id) => {
      location.hash = `comment-${id}`
    }, other)
    await page().locator(`#comment-${other}`).waitFor()
    await expect.poll(() => isInSight(other)).toBe(true)
    await page().getByRole('link', { name: 'Show the comments from the first page' }).click()
    await page().getByText('Remark number 9991', { exact: true }).waitFor()
  })

  it('a comment is found without scripts', async () => {
    const browser = page().context().browser()
    const plain = await browser?.newContext({ javaScriptEnabled: false })
    const there = await plain?.newPage()
    if (plain === undefined || there === undefined) throw new Error('There is no browser.')
    await there.goto(`${world().url}${longThread}?comment=${old}#comment-${old}`)
    const { y = -1 } = (await there.locator(`#comment-${old}`).boundingBox()) ?? {}
    expect(y).toBeGreaterThanOrEqual(0)
    expect(y).toBeLessThan(700)
    await plain.close()
  })

  it('a search links to comments by their address, and can be narrowed to posts or to comments', async () => {
    await open('/search?q=Remark+number+501')
    const hits = page().locator('.hit')
    await hits.first().waitFor()
    await page().getByRole('link', { name: 'Posts', exact: true }).click()
    await page().getByText('Nothing was found').waitFor()
    await page().getByRole('link', { name: 'Search everything' }).click()
    await hits.first().waitFor()
    await page().getByRole('link', { name: 'Posts', exact: true }).click()
    await page().getByText('Nothing was found').waitFor()
    await page().getByRole('link', { name: 'Comments', exact: true }).click()
    await hits.first().waitFor()
    expect(await wrong()).toEqual([])
    expect(await page().getByRole('link', { name: 'Comments' }).getAttribute('aria-current')).toBe('true')
    await hits.first().getByRole('link').click()
    await page().locator(`#comment-${old}`).waitFor()
    await expect.poll(() => isInSight(old)).toBe(true)
  })

  it('all comments of a thread are loaded at once on request, and missing ones are counted at any depth', async () => {
    const slug = await discuss('Much discussed', 700_000)
    await open(`/posts/${slug}`)
    await page().getByRole('link', { name: '7 more replies' }).waitFor()
    const rows = page().locator('.comment')
    const before = await rows.count()
    expect(before).toBeLessThan(72)
    await page().getByRole('link', { name: 'Show all 72 comments' }).click()
    await expect.poll(() => rows.count()).toBe(72)
    expect(await page().getByText('more repl').count()).toBe(0)
    expect(await page().getByRole('link', { name: 'Show all' }).count()).toBe(0)
  })
})
