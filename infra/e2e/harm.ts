import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

declare global {
  interface Window {
    /** Told what the page's policy stopped. */
    stopped(what: string): void
  }
}

/** A page that notes what it did and should not: it ran something, or tried to. */
export const watchFor = async (browser: Browser, context: BrowserContextOptions) => {
  const opened = await browser.newContext(context)
  const page = await opened.newPage()
  const wrongs: string[] = []
  page.on('dialog', (dialog) => {
    wrongs.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.exposeFunction('ran', (which: number) => void wrongs.push(`ran(${which})`))
  await page.exposeFunction('stopped', (what: string) => void wrongs.push(what))
  await page.addInitScript(() => {
    document.addEventListener(
      'securitypolicyviolation',
      ({ effectiveDirective, sourceFile, blockedURI, sample }) =>
        window.stopped(`the policy stopped ${effectiveDirective} ${blockedURI} ${sample} ${sourceFile}`),
    )
  })
  return { page, wrongs, close: () => opened.close() }
}

/** Places of a page from where a press of a button would run what a stranger wrote. */
export const traps = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const leads = ['href', 'action', 'formaction', 'src', 'xlink:href', 'data', 'srcdoc']
    return [...document.querySelectorAll('*')].flatMap((element) =>
      [...element.attributes]
        .filter(
          ({ name, value }) =>
            name.startsWith('on') ||
            name === 'srcdoc' ||
            // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers pass over them, too.
            (leads.includes(name) && /^[\u0000-\u0020]*(?:javascript|vbscript|data:text)/i.test(value)),
        )
        .map(({ name, value }) => `<${element.tagName.toLowerCase()} ${name}=${value.slice(0, 80)}>`),
    )
  })
