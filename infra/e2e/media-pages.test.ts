import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Logbook, sharedLogbook } from './logbook.ts'
import { greyPicture } from './png.ts'
import { hasBrowser, running, startBrowser, visit as visitAt } from './visits.ts'

const picture = (width: number, height: number): string => greyPicture(width, height).toString('base64')

/** Gives files to an element as a person does who pastes or drops them there. */
const bring = (
  page: Page,
  how: 'paste' | 'drop',
  to: string,
  files: { name: string; type: string; base64: string }[],
) =>
  page.locator(to).evaluate(
    (element, { how, files }) => {
      const brought = new DataTransfer()
      for (const { name, type, base64 } of files) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
        brought.items.add(new File([bytes], name, { type }))
      }
      const options = { bubbles: true, cancelable: true }
      element.dispatchEvent(
        how === 'paste'
          ? new ClipboardEvent('paste', { ...options, clipboardData: brought })
          : new DragEvent('drop', { ...options, dataTransfer: brought }),
      )
    },
    { how, files },
  )

describe.skipIf(!hasBrowser)('pictures in a browser', () => {
  let logbook: Logbook
  let browser: Browser
  beforeAll(async () => {
    logbook = await sharedLogbook()
    browser = await startBrowser()
  })
  afterAll(() => browser?.close())

  const origin = () => logbook.url('gateway')
  const row = (page: Page, name: string) => page.locator('.arrivals > li').filter({ hasText: name })

  it('are pasted and dropped into a post, described, and seen by readers once it is published', async () => {
    const author = await visitAt(browser, { origin: origin(), extraHTTPHeaders: await logbook.as('owner') })
    const { page } = author
    await author.to('/write')
    await running(page)
    await page.getByLabel('Title').fill('At the pond')
    await page.getByLabel('Text, in Markdown').fill('Before')
    const base64 = picture(1_600, 900)
    await bring(page, 'paste', '.composer-text', [{ name: 'pond-heron.png', type: 'image/png', base64 }])
    await row(page, 'pond-heron.png').getByLabel('What the picture shows').fill('A grey heron')
    await row(page, 'pond-heron.png').getByRole('button', { name: 'Insert into the text' }).click()
    const text = page.getByLabel('Text, in Markdown')
    expect(await text.inputValue()).toMatch(
      /^Before\n\n!\[A grey heron\]\(\/api\/media\/[0-9a-f-]{36}\/w960\.png#1600x900\)\n\n$/,
    )
    const inserted = await text.inputValue()
    await page.keyboard.type('After')
    expect(await text.inputValue()).toBe(`${inserted}After`)
    // The browser's own undo and redo know what was inserted.
    const hasText = (wanted: string) => expect.poll(() => text.inputValue()).toBe(wanted)
    while ((await text.inputValue()).includes('![')) await page.keyboard.press('Control+z')
    await hasText('Before')
    while (!(await text.inputValue()).endsWith('After')) await page.keyboard.press('Control+Shift+z')
    await hasText(`${inserted}After`)

    const damaged = Buffer.from(base64, 'base64').subarray(0, 1_000).toString('base64')
    await bring(page, 'drop', '.composer', [
      { name: 'damaged.png', type: 'image/png', base64: damaged },
      { name: 'page.html', type: 'image/png', base64: btoa('<script>alert(1)</script>') },
    ])
    await row(page, 'damaged.png').getByText('damaged or truncated').waitFor()
    await row(page, 'damaged.png').getByRole('button', { name: 'Hide' }).click()
    await page.locator('button:focus', { hasText: 'Add pictures or files' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.type('pond heron')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('Type the address of a picture or file').waitFor()
    await page.getByLabel('Address of a picture or file').fill('')
    await text.focus()
    await page.keyboard.press('Control+End')
    await row(page, 'page.html').getByRole('button', { name: 'Insert into the text' }).click()
    await page.locator('.composer-text:focus').waitFor()
    expect(await text.inputValue()).toMatch(
      /\n\n\[page\.html \(25 bytes\)\]\(\/api\/media\/[0-9a-f-]{36}\/original\)\n\n$/,
    )

    await page.getByLabel('Address of a picture or file').fill(`${logbook.url('query')}/health`)
    await page.getByRole('button', { name: 'Fetch' }).click()
    await page.locator('.arrivals').getByText('not public').waitFor()

    await text.press('Control+Enter')
    await page.getByRole('heading', { level: 1, name: 'At the pond' }).waitFor()
    const reader = await visitAt(browser, { origin: origin(), viewport: { width: 400, height: 800 } })
    await reader.to(new URL(page.url()).pathname)
    const shown = reader.page.getByAltText('A grey heron')
    await expect
      .poll(() =>
        shown.evaluate((each) => each instanceof HTMLImageElement && each.complete && each.naturalWidth > 0),
      )
      .toBe(true)
    expect(await shown.evaluate((each) => each instanceof HTMLImageElement && each.currentSrc)).toMatch(
      /\/w640\.avif$|\/w320\.avif$/,
    )
    expect(await shown.getAttribute('width')).toBe('1600')
    expect(reader.complaints).toEqual([])
    expect(author.complaints.filter((each) => !/404|422/.test(each))).toEqual([])
  })

  it('stand in a library that finds them, says where they are used, and removes them', async () => {
    const { page, to } = await visitAt(browser, {
      origin: origin(),
      extraHTTPHeaders: await logbook.as('owner'),
    })
    await to('/media')
    await running(page)
    const listed = (name: string) => page.locator('.media-list > li').filter({ hasText: name })
    await listed('pond-heron.png').getByText('public, in one post').waitFor()
    await listed('pond-heron.png').getByRole('button', { name: 'Where' }).click()
    await listed('pond-heron.png').getByText('In one version of its text').waitFor()
    expect(await listed('pond-heron.png').getByRole('link', { name: 'At the pond' }).count()).toBe(1)
    await listed('damaged.png').getByText('damaged or truncated').waitFor()
    await page.getByLabel('Name or description').fill('grey')
    await page.getByRole('button', { name: 'Filter' }).click()
    await listed('damaged.png').waitFor({ state: 'detached' })
    await listed('pond-heron.png').waitFor()
    await to('/media?state=failed')
    await listed('damaged.png').getByRole('button', { name: 'Remove' }).click()
    await listed('damaged.png').getByRole('button', { name: 'Undo' }).waitFor()
    await listed('damaged.png').waitFor({ state: 'detached' })
  })
})
