import type { Role } from '@logbook/contracts/identity.ts'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blogOf } from './blog.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'
import { hasBrowser, running, startBrowser, visit as visitAt } from './visits.ts'

describe.skipIf(!hasBrowser)('two people who moderate one blog', () => {
  let logbook: Logbook
  let browser: Browser
  let rulesBefore: unknown[]
  const setRules = async (rules: unknown[]) => {
    const asked = { method: 'PUT', body: { rules } }
    expect((await blogOf(logbook).askAs('owner', '/moderation/rules', asked)).status).toBe(200)
  }
  beforeAll(async () => {
    logbook = await sharedLogbook()
    const { text } = await blogOf(logbook).askAs('owner', '/moderation/rules')
    rulesBefore = JSON.parse(text).rules
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await setRules(rulesBefore)
  })

  const visitAs = async (role: Role, options: BrowserContextOptions = {}) =>
    visitAt(browser, {
      ...{ origin: logbook.url('gateway'), extraHTTPHeaders: await logbook.as(role) },
      ...options,
    })
  const rowIn = (page: Page, text: string) => page.locator('.queue > li').filter({ hasText: text })

  it('do not overwrite each other, publish nothing by Enter, undo after a reload, and find what was rejected', async () => {
    const blog = blogOf(logbook)
    await setRules([{ kind: 'words', name: 'held', words: ['pangolin'], action: 'hold' }])
    const post = await blog.write('Scales')
    const text = 'A pangolin crossed the road'
    await blog.commentForSure({ postId: post.id, content: text })
    await blog.settled()
    const [mo, owner] = [await visitAs('moderator'), await visitAs('owner')]
    for (const { to, page } of [mo, owner]) {
      await to('/moderation')
      await running(page)
    }

    const reason = rowIn(mo.page, text).getByLabel('Reason, shown to its author')
    await reason.fill('Off the subject')
    await reason.press('Enter')
    expect((await blog.page(post.id)).thread).toMatchObject({ waiting: 1 })
    await rowIn(mo.page, text).getByRole('button', { name: 'Reject' }).click()
    await rowIn(mo.page, text).getByText('Rejected', { exact: true }).waitFor()
    await rowIn(owner.page, text).getByRole('button', { name: 'Approve' }).click()
    await rowIn(owner.page, text)
      .getByRole('alert')
      .getByText(/Not saved\. Rejected by .*“Off the subject/)
      .waitFor()
    await blog.settled()
    expect((await blog.page(post.id)).thread).toMatchObject({ waiting: 0, unpublished: 1 })

    await owner.to('/moderation?show=rejected')
    await rowIn(owner.page, text).getByText('Off the subject').waitFor()
    await mo.page.reload()
    await running(mo.page)
    await mo.page.locator('.queue-foot').getByRole('button', { name: 'Undo' }).click()
    await rowIn(mo.page, text).getByText('held: Contains the word “pangolin”').waitFor()
    await blog.settled()
    expect((await blog.page(post.id)).thread).toMatchObject({ waiting: 1, unpublished: 0 })
    expect(mo.complaints).toEqual([])
    // The refusal itself, and nothing else.
    expect(owner.complaints.filter((each) => !each.includes('412'))).toEqual([])
  })

  it('judge without scripts one comment a page', async () => {
    const { page, to } = await visitAs('moderator', { javaScriptEnabled: false })
    await to('/moderation')
    const text = 'A pangolin crossed the road'
    await rowIn(page, text).getByLabel('Reason, shown to its author').fill('Off the subject')
    await rowIn(page, text).getByRole('button', { name: 'Reject' }).click()
    await page.getByRole('heading', { name: /^Rejected .* comment$/ }).waitFor()
    expect(await page.getByRole('button', { name: /Approve|Reject/ }).count()).toBe(0)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('heading', { name: /comment waits$/ }).waitFor()
    await page.getByRole('link', { name: 'Continue' }).click()
    await rowIn(page, text).getByText('held: Contains the word “pangolin”').waitFor()
  })
})
