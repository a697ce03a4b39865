import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../axe.ts'
import { ask, blogOf } from './blog.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'
import { readableIn, readableOn, visibleOn } from './readable.ts'
import { hasBrowser, running, startBrowser, visit } from './visits.ts'

const markdown = `At *dawn*, see [the other](/posts/blotting-paper).

## First

| bird | count |
|---|---:|
| heron | 1 |

## Second

\`\`\`js
const heron = 1 < 2
\`\`\`

## Third

> Nothing & nobody "moved".
`

interface Then {
  id: string
  position: number
}

/** A blog in which a post was read, and then changed. Resolves to the last position at which it was as it had been. */
const writeBlog = async (logbook: Logbook): Promise<Then> => {
  const blog = blogOf(logbook)
  const { id } = await blog.write('The bittern boomed', { content: markdown, tags: ['birds', 'marsh'] })
  await blog.write('Blotting paper', { content: 'Only **ink**.', tags: ['paper'] })
  const said = await blog.comment({ postId: id, content: 'It looked at *me*.' })
  await blog.comment({ postId: id, content: 'And at me.', parentId: said.json().id })
  await blog.comment({ postId: id, content: 'Its bill was orange.' })
  await blog.judged(id, 3)
  await blog.settled()
  const position = (await blog.log()).at(-1)?.position ?? 0
  const changes = {
    title: 'The bittern left',
    slug: 'the-bittern-left',
    content: 'One step.',
    tags: ['birds'],
  }
  await blog.askAs('owner', `/posts/${id}`, { method: 'PATCH', body: changes })
  await blog.comment({ postId: id, content: 'It did not.' })
  await blog.judged(id, 4)
  await blog.settled()
  return { id, position }
}

describe.skipIf(!hasBrowser)('what is read', () => {
  let logbook: Logbook
  let browser: Browser
  let then: Then
  let origin: string
  beforeAll(async () => {
    logbook = await sharedLogbook()
    origin = logbook.url('gateway')
    then = await writeBlog(logbook)
    browser = await startBrowser()
  })
  afterAll(() => browser?.close())

  const month = new Date().toISOString().slice(0, 7)
  const pages = (): readonly string[] => [
    '/',
    '/posts/the-bittern-left',
    '/posts/the-bittern-left?sort=oldest',
    '/posts/blotting-paper',
    `/posts/the-bittern-boomed?asOf=${then.position}`,
    `/?asOf=${then.position}`,
    '/?asOf=2001-01-01',
    '/?asOf=never',
    '/tags',
    '/tags/birds',
    '/archive',
    `/archive/${month}`,
    '/search',
    '/search?q=bittern',
    '/posts/the-bittern-le',
    '/nothing/here',
    '/sign-in',
    '/sign-up',
    '/forgot-password',
  ]

  it('is the same for curl, for a browser without scripts and for one with them, on every public page', async () => {
    const plain = await visit(browser, { origin, javaScriptEnabled: false })
    const scripted = await visit(browser, { origin })
    for (const path of pages()) {
      const sent = await ask(`${origin}${path}`, { headers: { Accept: '*/*', 'User-Agent': 'curl/8.0' } })
      const text = readableIn(sent.text)
      expect(text.length, path).toBeGreaterThan(60)
      const statuses = [await plain.to(path), await scripted.to(path)].map((answer) => answer?.status())
      expect([path, ...statuses]).toEqual([path, sent.status, sent.status])
      await running(scripted.page)
      expect([path, await readableOn(plain.page)]).toEqual([path, text])
      expect([path, await readableOn(scripted.page)]).toEqual([path, text])
      expect([path, await visibleOn(plain.page)]).toEqual([path, await visibleOn(scripted.page)])
    }
    expect(plain.complaints.filter((each) => !/status of (404|422)/.test(each))).toEqual([])
  })

  it('holds what was written, and not what may not be read', async () => {
    const { text } = await ask(`${origin}/posts/the-bittern-boomed?asOf=${then.position}`)
    const read = readableIn(text)
    for (const each of ['At dawn, see the other.', 'heron 1', 'const heron = 1 < 2', 'And at me.'])
      expect(read).toContain(each)
    expect(read).not.toContain('orange')
  })

  it('of a post as it was, is found from its history, and left for the present', async () => {
    const { page, to, complaints } = await visit(browser, {
      origin,
      extraHTTPHeaders: await logbook.as('owner'),
    })
    await to(`/write/${then.id}/history?to=1`)
    await running(page)
    const listed = page.locator('.history-list')
    await listed
      .getByText(/^Edited by .*: title changed from “The bittern boomed” to “The bittern left”/)
      .waitFor()
    await page.getByRole('link', { name: 'See it as readers saw it then' }).click()
    await page.getByRole('heading', { level: 1, name: 'The bittern boomed' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/posts/the-bittern-boomed')
    await page.getByText('The blog as of').waitFor()
    expect(await page.getByText('It looked at me.').count()).toBe(0)
    await page.getByRole('link', { name: 'Back to now' }).click()
    await page.getByRole('heading', { level: 1, name: 'The bittern left' }).waitFor()
    await page.getByText('It did not.').waitFor()
    expect(complaints).toEqual([])
  })

  it.each([true, false])(
    'as of a position is walked through, with scripts: %s',
    async (javaScriptEnabled) => {
      const { page, to, complaints } = await visit(browser, {
        ...{ origin, javaScriptEnabled },
        viewport: { width: 390, height: 800 },
      })
      await to(`/?asOf=${then.position}`)
      await page.getByRole('link', { name: 'The bittern boomed' }).click()
      await page.getByText('And at me.').waitFor()
      expect(await page.getByText('It did not.').count()).toBe(0)
      expect(await page.locator('textarea, .vote').count()).toBe(0)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
      await page.getByRole('link', { name: 'the other', exact: true }).click()
      await page.getByRole('heading', { level: 1, name: 'Blotting paper' }).waitFor()
      expect(new URL(page.url()).searchParams.get('asOf')).toBe(String(then.position))
      expect(complaints).toEqual([])
      if (!javaScriptEnabled) return
      const violations = await axeFindings(page)
      expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
    },
  )

  it('of a moment that is none says so, and of a post that came later that it was not there', async () => {
    const statuses = []
    for (const asOf of ['never', '2999-01-01', '999999999', '2026-02-30'])
      statuses.push((await ask(`${origin}/posts/the-bittern-left?asOf=${asOf}`)).status)
    expect(statuses).toEqual([422, 422, 422, 422])
    const answer = await ask(`${origin}/posts/the-bittern-left?asOf=${then.position}`)
    expect(answer.status).toBe(404)
    expect(answer.text).toContain('There was nothing here then')
  })
})
