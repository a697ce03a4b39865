import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { axeFindings } from '../../infra/axe.ts'
import { browserFlags, findBrowser } from '../../infra/setup-browser.js'
import { worldOfFile } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { get } from './requests.ts'

const world = worldOfFile()
const executablePath = findBrowser()
const postPath = '/posts/the-heron-stood-still'

/** The blog at an address of its own, which can go away and come back. */
const listen = async (port = 0): Promise<Server> => {
  const server = createServer(async (req, res) => {
    if (req.url?.startsWith('/api/')) return res.writeHead(503).end()
    const { cookie = '' } = req.headers
    const answer = await fetch(`${world().url}${req.url}`, { headers: { cookie }, redirect: 'manual' })
    const { status, headers } = answer
    const type = headers.get('content-type') ?? ''
    res.writeHead(status, {
      'Content-Type': type,
      ETag: headers.get('etag') ?? '',
      'Content-Security-Policy': headers.get('content-security-policy') ?? '',
    })
    return res.end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return server
}
const end = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

it('the page for no connection names the blog, is the same for every reader, and is not indexed', async () => {
  const { html, headers } = await get(`${world().url}/offline`)
  expect(html).toContain('<title>No connection · Logbook of Ada</title>')
  expect(html).toContain('content="noindex"')
  expect(html).not.toMatch(/<script|style="/)
  expect(headers.get('set-cookie')).toBeNull()
  const own = await get(`${world().url}/offline`, { Cookie: `${sessionOf('owner')}; theme=dark` })
  expect(own.html).toBe(html)
  const worker = await get(`${world().url}/service-worker.js`)
  expect(worker.headers.get('content-type')).toMatch(/javascript/)
})

describe.skipIf(executablePath === undefined)('a reader without a connection', () => {
  it('a reader without a connection gets a page of the blog, which reloads when it is back; no page that was read is kept', async () => {
    let server = await listen()
    const { port } = server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}`
    const browser = await chromium.launch({ executablePath: executablePath ?? '', args: browserFlags })
    onTestFinished(async () => {
      await browser.close()
      await end(server)
    })
    const context = await browser.newContext()
    await context.addCookies([{ name: 'session', value: 'owner', url }])
    const page = await context.newPage()
    page.setDefaultTimeout(40_000)
    await page.goto(`${url}/`)
    const kept = () =>
      page.evaluate(async () => {
        await navigator.serviceWorker.ready
        const found = await Promise.all(
          (await caches.keys()).map(async (name) =>
            (await (await caches.open(name)).keys()).map((each) => each.url),
          ),
        )
        return found
          .flat()
          .map((each) => new URL(each).pathname)
          .sort()
      })
    await expect
      .poll(kept, { timeout: 40_000 })
      .toEqual([expect.stringMatching(/^\/assets\/offline-.*\.css$/), '/offline'])
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
    await page.goto(`${url}${postPath}`)
    await page.getByRole('heading', { name: 'The heron stood still' }).waitFor()

    await end(server)
    expect((await page.goto(`${url}${postPath}?sort=best`))?.status()).toBe(503)
    await page.getByRole('heading', { name: 'There is no connection' }).waitFor()
    await page.getByText('Logbook of Ada').waitFor()
    expect(await page.evaluate(() => getComputedStyle(document.body).maxWidth), 'it has its style').toBe(
      '480px',
    )
    expect(await axeFindings(page)).toEqual([])
    expect(await kept()).toHaveLength(2)

    server = await listen(port)
    await page.getByRole('link', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'The heron stood still' }).waitFor()
    expect(page.url()).toBe(`${url}${postPath}?sort=best`)

    await world().fake.changeSettings({ title: 'Logbook of Grace' })
    onTestFinished(() => world().fake.changeSettings({ title: 'Logbook of Ada' }))
    const keptTitle = () =>
      page.evaluate(
        async () => /<title>([^<]*)/.exec((await (await caches.match('/offline'))?.text()) ?? '')?.[1],
      )
    expect(await keptTitle()).toBe('No connection · Logbook of Ada')
    const nameShown = async () => {
      await page.goto(`${url}/`)
      return page.locator('.blog-name').textContent()
    }
    await expect.poll(nameShown, { timeout: 40_000 }).toBe('Logbook of Grace')
    await expect.poll(keptTitle, { timeout: 40_000 }).toBe('No connection · Logbook of Grace')
    await end(server)
    await page.goto(`${url}${postPath}?sort=best`)
    await page.getByText('Logbook of Grace').waitFor()
    expect(await kept()).toHaveLength(2)
  })

  it('a browser shows pushed notifications, and nothing for a message without a title', async () => {
    const server = await listen()
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const browser = await chromium.launch({ executablePath: executablePath ?? '', args: browserFlags })
    onTestFinished(async () => {
      await browser.close()
      await end(server)
    })
    const context = await browser.newContext({ permissions: ['notifications'] })
    const page = await context.newPage()
    const devTools = await context.newCDPSession(page)
    const found = Promise.withResolvers<string>()
    devTools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [first] }) => {
      if (first) found.resolve(first.registrationId)
    })
    await devTools.send('ServiceWorker.enable')
    await page.goto(`${url}/`)
    await page.evaluate(async () => void (await navigator.serviceWorker.ready))
    const registrationId = await found.promise
    const [worker] = context.serviceWorkers()
    if (worker === undefined) throw new Error('There is no service worker.')
    // A browser without a screen shows none.
    await worker.evaluate(`
      self.shown = []
      self.registration.showNotification = async (title, { body }) => void self.shown.push([title, body])
    `)
    for (const message of [
      { body: 'Nothing to call it by' },
      { title: 'Ben answered you', body: 'Yes', url: '/x' },
    ])
      await devTools.send('ServiceWorker.deliverPushMessage', {
        ...{ origin: url, registrationId, data: JSON.stringify(message) },
      })
    await expect
      .poll(() => worker.evaluate('self.shown'), { timeout: 40_000 })
      .toEqual([['Ben answered you', 'Yes']])
  })
})
