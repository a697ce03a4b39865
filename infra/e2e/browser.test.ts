import { until } from '@logbook/chassis/testing/until.ts'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blogOf } from './blog.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'
import { hasBrowser, running, startBrowser, visit as visitAt } from './visits.ts'

describe.skipIf(!hasBrowser)('in a browser', () => {
  let logbook: Logbook
  let browser: Browser
  beforeAll(async () => {
    logbook = await sharedLogbook()
    browser = await startBrowser()
  })
  afterAll(() => browser?.close())

  const visit = (options: BrowserContextOptions = {}) =>
    visitAt(browser, { origin: logbook.url('gateway'), ...options })
  const say = async (page: Page, text: string) => {
    await page.getByLabel('Your comment').fill(text)
    await page.getByRole('button', { name: 'Comment', exact: true }).click()
  }

  it('a comment shows at once, and then its verdict, without a reload', async () => {
    const blog = blogOf(logbook)
    const post = await blog.write('The heron stood still', { content: 'At *dawn*.', tags: ['birds'] })
    const reader = await visit()
    const author = await visit()
    await author.to(`/posts/${post.slug}`)
    await running(author.page)
    await reader.to('/')
    await running(reader.page)
    await reader.page.getByRole('link', { name: 'The heron stood still' }).first().click()
    await reader.page.waitForURL(`**/posts/${post.slug}`)
    await reader.page.evaluate(() => Object.assign(window, { sameDocument: true }))

    await say(reader.page, 'It looked at *me*.')
    await reader.page.getByText('It looked at me.').waitFor()
    await reader.page.getByText('Published', { exact: false }).first().waitFor()
    await say(reader.page, 'Its bill was orange.')
    await reader.page.getByText(/Not published/).waitFor()
    expect(await reader.page.evaluate(() => 'sameDocument' in window)).toBe(true)

    // Someone else, who had the page open all the time, can come to see the first and never the second.
    await until(async () => {
      if (await author.page.getByText('It looked at me.').count()) return true
      const fresh = author.page.getByRole('button', { name: /new/ })
      if (await fresh.count()) await fresh.first().click()
      return false
    }, 'the other reader to see the comment')
    expect(await author.page.content()).not.toContain('Its bill was orange')
    expect([...reader.complaints, ...author.complaints]).toEqual([])
  })

  it('without JavaScript the blog is read, and a comment is sent', async () => {
    const post = await blogOf(logbook).write('Plain paper', { content: 'Only **ink**.' })
    const { page, complaints, to } = await visit({ javaScriptEnabled: false })
    await to('/')
    await page.getByRole('link', { name: 'Plain paper' }).first().click()
    await page.locator('strong', { hasText: 'ink' }).waitFor()
    await say(page, 'Sent by a plain form.')
    await page.waitForURL(/#comment-/)
    expect(page.url()).toContain(`/posts/${post.slug}`)
    await until(async () => {
      await to(`/posts/${post.slug}`)
      return page.getByText('Sent by a plain form.').isVisible()
    }, 'the comment to be published')
    expect(complaints).toEqual([])
  })

  it('a page that is not there says so, and shows the way home', async () => {
    const { page, to } = await visit()
    expect((await to('/no/such/page'))?.status()).toBe(404)
    await page.getByRole('link').first().waitFor()
  })

  it('a service that is down makes a page that says so', async () => {
    const { page, to } = await visit()
    await logbook.kill('query')
    const answer = await to('/')
    expect(answer?.status()).toBe(503)
    await page.getByRole('heading').first().waitFor()
    await logbook.start('query')
    expect((await to('/'))?.status()).toBe(200)
  })
})
