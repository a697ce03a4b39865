import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium } from 'playwright-core'
import { browserFlags, findBrowser } from '../setup-browser.js'
import { aim } from './query-pages.ts'
import { median } from './query-processes.ts'

const slowDown = 4
const rounds = 9
const atMost = 1.3

interface StaticFile {
  type: string
  body: Buffer
}

const phone = { viewport: { width: 390, height: 844 } }

/** Milliseconds from navigation to the largest paint, with a processor that is as many times slower. */
const largestPaint = async (browser: Browser, url: string): Promise<number> => {
  const context = await browser.newContext(phone)
  try {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowDown })
    await page.goto(url)
    await page.evaluate('document.fonts.ready')
    return await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const paints = new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? 0))
          paints.observe({ type: 'largest-contentful-paint', buffered: true })
        }),
    )
  } finally {
    await context.close()
  }
}

/** All that a page loads, by path; the page itself without its scripts. */
const filesOf = async (browser: Browser, url: string): Promise<Map<string, StaticFile>> => {
  const context = await browser.newContext(phone)
  const files = new Map<string, StaticFile>()
  try {
    const page = await context.newPage()
    const reading: Promise<unknown>[] = []
    page.on('response', (response) => {
      if (!['document', 'stylesheet', 'font', 'image'].includes(response.request().resourceType())) return
      const { pathname } = new URL(response.url())
      const read = async () => {
        const body = await response.body()
        files.set(pathname, { type: response.headers()['content-type'] ?? '', body })
      }
      reading.push(read())
    })
    await page.goto(url)
    await page.evaluate('document.fonts.ready')
    await Promise.all(reading)
  } finally {
    await context.close()
  }
  const { pathname } = new URL(url)
  const html = files.get(pathname)?.body.toString() ?? ''
  const body = Buffer.from(html.replace(/<script\b[^>]*>.*?<\/script>/gs, ''))
  return files.set(pathname, { type: 'text/html; charset=utf-8', body })
}

/** The largest paint of a post on a slow phone, over that of a static file with the same content, in turn. */
export const measurePaint = async (url: string): Promise<void> => {
  const executablePath = findBrowser()
  if (executablePath === undefined) return console.log('No Chromium here: the largest paint is not measured.')
  const browser = await chromium.launch({ executablePath, args: browserFlags })
  const { origin, pathname } = new URL(url)
  try {
    const files = await filesOf(browser, url)
    const server = createServer(({ url: path = '' }, res) => {
      const file = files.get(path.split('?')[0] ?? '')
      if (file === undefined) return void res.writeHead(404).end()
      res.writeHead(200, { 'Content-Type': file.type }).end(file.body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const bare = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const [ours, theirs]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      theirs.push(await largestPaint(browser, bare + pathname))
      ours.push(await largestPaint(browser, origin + pathname))
    }
    server.close()
    const [own, peer] = [median(ours), median(theirs)]
    console.log(
      `${`largest paint at ${slowDown} times slow-down`.padEnd(40)} ${Math.round(own)} ms over ${Math.round(peer)} ms of a static file = ${(own / peer).toFixed(2)} (${rounds} times; ${aim(own / peer <= atMost, `≤ ${atMost}`)})`,
    )
  } finally {
    await browser.close()
  }
}
