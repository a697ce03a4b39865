import { chromium, type Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { browserFlags, findBrowser } from '../../infra/setup-browser.js'
import { worldOfFile } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { get } from './requests.ts'
import { idOf } from './sample-blog.ts'

const world = worldOfFile()
const executablePath = findBrowser()
const post = '/posts/the-heron-stood-still'
const reading = [
  '/',
  post,
  '/tags',
  '/tags/marsh',
  '/archive',
  '/archive/2026-11',
  '/search',
  '/authors',
  '/authors/ada',
]
const rooms = [
  '/sign-in',
  '/sign-up',
  '/forgot-password',
  '/account',
  '/write',
  '/drafts',
  '/moderation',
  '/people',
  '/settings',
  '/settings/media',
  '/subscribers',
  '/readers',
  `/newsletter/${idOf(1)}`,
]
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }

/** In bytes as they are sent, of a page for a reader without an account; scripts and fonts come compressed from the build's files. */
const budgets = { script: 60_000, font: 100_000, stylesheet: 60_000, requests: 12, layoutShift: 0.02 }

const headOf = (html: string) => ({
  title: /<title>([^<]*)<\/title>/.exec(html)?.[1] ?? '',
  description: /<meta name="description" content="([^"]*)"/.exec(html)?.[1] ?? '',
  isIndexed: !html.includes('<meta name="robots" content="noindex"/>'),
  hasCanonical: html.includes('<link rel="canonical"'),
})

describe('the head of each page', () => {
  it('each page has its own title and description, and pages for writing and signing in are not indexed', async () => {
    const headers = { Cookie: sessionOf('owner') }
    const heads = await Promise.all(
      [...reading, ...rooms].map(async (path) => {
        const { html, status } = await get(`${world().url}${path}`, reading.includes(path) ? {} : headers)
        expect(status, path).toBe(200)
        expect(html, path).toMatch(/^<!DOCTYPE html><html lang="en"/)
        return { path, ...headOf(html) }
      }),
    )
    for (const { path, title, description, isIndexed, hasCanonical } of heads) {
      expect([path, title !== '', description.length > 10]).toEqual([path, true, true])
      expect([path, isIndexed, hasCanonical]).toEqual([path, reading.includes(path), reading.includes(path)])
    }
    for (const part of ['title', 'description'] as const)
      expect(new Set(heads.map((head) => head[part])).size, part).toBe(heads.length)
  })

  it('a variant of a page names its canonical page and is not indexed', async () => {
    for (const path of ['/search?q=heron', `${post}?sort=best`, '/?utm_source=a', '/authors/ada?x=1']) {
      const { html } = await get(`${world().url}${path}`)
      expect([path, headOf(html).isIndexed]).toEqual([path, false])
      const page = new URL(path, 'http://localhost:3000')
      expect(html).toContain(`<link rel="canonical" href="${page.origin}${page.pathname}"/>`)
    }
  })
})

describe('an address with nothing there', () => {
  it('an unknown address is a 404 that offers a search for its words, also a tag or an author without posts', async () => {
    const missing = await get(`${world().url}/2014/05/the-grey%20heron.html`)
    expect(missing.status).toBe(404)
    expect(missing.html).toContain('<title>There is nothing here · Logbook of Ada</title>')
    expect(missing.html).toMatch(/action="\/search"[\s\S]*?name="q"[^>]*value="the grey heron"/)
    for (const path of ['/tags/none', '/authors/none'])
      expect((await get(`${world().url}${path}`)).status, path).toBe(404)
    expect((await get(`${world().url}/posts/%E0`)).status).toBeLessThan(500)
  })
})

const measured = (page: Page) =>
  page.evaluate(async () => {
    const shift = await new Promise<number>((resolve) => {
      let sum = 0
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value
      }).observe({ type: 'layout-shift', buffered: true })
      requestAnimationFrame(() => setTimeout(() => resolve(sum)))
    })
    const files = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
    const bytes = (pattern: RegExp) =>
      files.filter(({ name }) => pattern.test(name)).reduce((sum, each) => sum + each.encodedBodySize, 0)
    return {
      ...{ script: bytes(/\.js$/), font: bytes(/\.woff2$/), stylesheet: bytes(/\.css$/) },
      ...{ requests: files.length, layoutShift: shift },
    }
  })

/** What audits of accessibility and of search engines look for, beside what axe finds on `screens`. */
const faultsOf = (page: Page) =>
  page.evaluate(() => {
    const shown = (element: Element) => element.getClientRects().length > 0
    const links = [...document.querySelectorAll('a')].filter(
      ({ href, textContent, ariaLabel }) =>
        !/^(?:https?|mailto):/.test(href) || !(textContent?.trim() || ariaLabel),
    )
    const small = [...document.querySelectorAll('main *')].filter(
      (each) =>
        shown(each) && each.childNodes.length > 0 && Number.parseFloat(getComputedStyle(each).fontSize) < 11,
    )
    return {
      links: links.map(({ outerHTML }) => outerHTML),
      small: small.map(({ outerHTML }) => outerHTML.slice(0, 80)),
      withoutAlt: document.querySelectorAll('img:not([alt])').length,
      wide: document.documentElement.scrollWidth > innerWidth,
    }
  })

describe.skipIf(executablePath === undefined)('a page that is read, on a phone', () => {
  it('a reading page on a phone is within its budgets, shifts no layout, has no empty link, small type or picture without text, and logs nothing', async () => {
    const browser = await chromium.launch({ executablePath: executablePath ?? '', args: browserFlags })
    onTestFinished(() => browser.close())
    for (const path of [...reading, '/nothing', '/search?q=heron']) {
      const context = await browser.newContext({ ...phone, serviceWorkers: 'block' })
      const page = await context.newPage()
      const said: string[] = []
      page.on('console', (message) => void said.push(message.text()))
      page.on('pageerror', ({ message }) => void said.push(message))
      await page.goto(`${world().url}${path}`)
      await page.locator('html[data-running]').waitFor()
      const found = await measured(page)
      for (const [name, most] of Object.entries(budgets))
        expect([path, name, found[name as keyof typeof budgets] <= most, found]).toEqual([
          path,
          name,
          true,
          found,
        ])
      expect([path, await faultsOf(page)]).toEqual([
        path,
        { links: [], small: [], withoutAlt: 0, wide: false },
      ])
      expect([path, said.filter((each) => !/status of 404|Service Worker/.test(each))]).toEqual([path, []])
      await context.close()
    }
  })
})
