import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { browserFlags, findBrowser, howToGetOne } from '../setup-browser.js'

const executablePath = findBrowser()
if (executablePath === undefined) console.warn(howToGetOne)

/** False where the tests in a browser have to be skipped. */
export const hasBrowser = executablePath !== undefined

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: executablePath ?? '', args: browserFlags })

export interface Visit {
  page: Page
  /** What went wrong on the page, or went to another address than the blog's. */
  complaints: string[]
  to: (path: string) => ReturnType<Page['goto']>
}

/** A page of someone who was never there before. */
export const visit = async (
  browser: Browser,
  { origin, ...options }: BrowserContextOptions & { origin: string },
): Promise<Visit> => {
  const context = await browser.newContext({ serviceWorkers: 'block', ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !/^(data|blob):/.test(request.url()))
      complaints.push(request.url())
  })
  return { page, complaints, to: (path) => page.goto(`${origin}${path}`) }
}

/** Resolves once the page's own code runs, and listens to keys and clicks. */
export const running = (page: Page): Promise<void> => page.locator('html[data-running]').waitFor()

/** Gives a page's browser a device with a lock, which opens whenever it is asked: what passkeys are kept on. */
export const addAuthenticator = async (page: Page) => {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    credentials: async () =>
      (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
  }
}
