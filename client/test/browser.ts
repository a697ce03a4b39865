import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { axeFindings } from '../../infra/axe.ts'
import { browserFlags, findBrowser } from '../../infra/setup-browser.js'
import type { World } from './built.ts'

/** Answers that tests lead to, and the service worker, which is kept out of all tests but its own. */
const expected = /status of (?:401|404|412|422|503)|Service Worker registration blocked/

const executablePath = findBrowser()

export interface Browsing {
  page: () => Page
  open: (path: string) => Promise<void>
  world: () => World
  asOwner: () => Promise<void>
  /** What axe has to say against the page, by rule: by all rules unless some are named. */
  wrong: (...rules: string[]) => Promise<unknown[]>
}

/** The client as a person meets it, a new context of one browser for each test. Skipped where there is no browser. */
export const inBrowser = (world: () => World, describeParts: (browsing: Browsing) => void) => {
  describe.skipIf(executablePath === undefined)('in a browser', () => {
    let browser: Browser
    let page: Page
    let complaints: string[]

    beforeAll(async () => {
      browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: browserFlags })
    })
    afterAll(() => browser.close())
    beforeEach(async () => {
      page = await (
        await browser.newContext({ viewport: { width: 1280, height: 900 }, serviceWorkers: 'block' })
      ).newPage()
      // The host of a sample post's cover, whether or not this machine has a network.
      const body = '<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>'
      await page
        .context()
        .route('https://old.example/**', (route) => route.fulfill({ contentType: 'image/svg+xml', body }))
      // Below a test's own time, so that a failure names the step that was waited for.
      page.setDefaultTimeout(40_000)
      complaints = []
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
    })
    afterEach(async () => {
      world().fake.down.clear()
      world().fake.mine.clear()
      await page.context().close()
      expect(complaints.filter((each) => !expected.test(each))).toEqual([])
    })

    const open = async (path: string) => {
      await page.goto(`${world().url}${path}`)
      await page.locator('html[data-running]').waitFor()
    }
    const asOwner = () => page.context().addCookies([{ name: 'session', value: 'owner', url: world().url }])
    const wrong = async (...rules: string[]) =>
      (await axeFindings(page, ...rules))
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])

    describeParts({ page: () => page, open, world, asOwner, wrong })
  })
}
