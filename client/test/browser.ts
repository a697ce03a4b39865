import { type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core'
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
  /** Has the cover of the sample post missing for the rest of the test. */
  loseCover: () => void
  /** What axe has to say against the page, by rule: by all rules unless some are named. */
  wrong: (...rules: string[]) => Promise<unknown[]>
}

/** In place of the cover of a sample post, whether or not this machine has a network. */
const cover = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>').toString('base64')

/** Answers for the host of that cover. A route would do the same, and switch the browser's cache off. */
const serveCover = async (devtools: CDPSession, isLost: () => boolean): Promise<void> => {
  devtools.on('Fetch.requestPaused', ({ requestId }) => {
    const responseHeaders = [
      { name: 'Content-Type', value: 'image/svg+xml' },
      { name: 'Cache-Control', value: 'no-store' },
    ]
    const answer = isLost() ? { responseCode: 404 } : { responseCode: 200, body: cover }
    // A page that is closed meanwhile needs no answer.
    devtools.send('Fetch.fulfillRequest', { requestId, responseHeaders, ...answer }).catch(() => {})
  })
  await devtools.send('Fetch.enable', { patterns: [{ urlPattern: 'https://old.example/*' }] })
}

/**
 * The client as a person meets it, who is new in each test: each has a page of its own, and of the tests before only downloads are kept.
 * Loading and compiling the scripts again in each took most of the time. A route of the context would switch that cache off: routes are
 * of `page`. Skipped where there is no browser.
 */
export const inBrowser = (world: () => World, describeParts: (browsing: Browsing) => void) => {
  describe.skipIf(executablePath === undefined)('in a browser', () => {
    let context: BrowserContext
    let page: Page
    let complaints: string[]
    let isCoverLost = false

    beforeAll(async () => {
      const browser = await chromium.launch({
        ...(executablePath ? { executablePath } : {}),
        args: browserFlags,
      })
      context = await browser.newContext({ viewport: { width: 1280, height: 900 }, serviceWorkers: 'block' })
    })
    afterAll(() => context.browser()?.close())
    beforeEach(async () => {
      page = await context.newPage()
      const devtools = await context.newCDPSession(page)
      await forget(devtools)
      isCoverLost = false
      await serveCover(devtools, () => isCoverLost)
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
      await Promise.all(context.pages().map((each) => each.close()))
      expect(complaints.filter((each) => !expected.test(each))).toEqual([])
    })

    /** Removes what the blog keeps with a person. */
    const forget = async (devtools: CDPSession) => {
      await context.clearCookies()
      await devtools.send('Storage.clearDataForOrigin', {
        origin: new URL(world().url).origin,
        storageTypes: 'local_storage,indexeddb,cache_storage',
      })
    }
    const open = async (path: string) => {
      await page.goto(`${world().url}${path}`)
      await page.locator('html[data-running]').waitFor()
    }
    const asOwner = () => context.addCookies([{ name: 'session', value: 'owner', url: world().url }])
    const wrong = async (...rules: string[]) =>
      (await axeFindings(page, ...rules))
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])

    const loseCover = () => {
      isCoverLost = true
    }
    describeParts({ page: () => page, open, world, asOwner, loseCover, wrong })
  })
}
