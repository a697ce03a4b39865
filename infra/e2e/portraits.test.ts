import { until } from '@logbook/chassis/testing/until.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../axe.ts'
import { ask, blogOf } from './blog.ts'
import { join } from './joining.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'
import { greyPicture } from './png.ts'
import { hasBrowser, running, startBrowser, visit } from './visits.ts'

const shades = { black: 0, grey: 128, white: 250 } as const
type Shade = keyof typeof shades

/** A photo as large as a phone takes it, and far larger than what is kept of it. */
const photo = (shade: Shade): Buffer =>
  greyPicture(3_000, 4_000, { shade: shades[shade], comment: 'Unmistakable' })

/** Each test goes on where the one before left off. */
describe.skipIf(!hasBrowser)('the portrait of a reader', () => {
  let logbook: Logbook
  let browser: Browser
  let blog: ReturnType<typeof blogOf>
  let origin: string
  let session: { Cookie: string }
  let personId: string
  let slug: string
  let shown = ''

  beforeAll(async () => {
    logbook = await sharedLogbook()
    blog = blogOf(logbook)
    origin = logbook.url('gateway')
    session = await join(blog, { email: 'portia@blog.example', name: 'Portia Pictured', role: 'reader' })
    personId = (await ask<{ id: string }>(`${blog.api}/accounts/me`, { headers: session })).json().id
    const post = await blog.write('Faces')
    slug = post.slug
    const body = { content: 'What a face' }
    const headers = { ...session, Origin: origin }
    const { status } = await ask(`${blog.api}/posts/${post.id}/comments`, { method: 'POST', headers, body })
    expect(status).toBe(201)
    await blog.judged(post.id, 1)
    browser = await startBrowser()
  })
  afterAll(() => browser?.close())

  const phone = { width: 390, height: 844 }
  const desk = { width: 1_440, height: 900 }

  /** A new visit of the reader. */
  const visitAsReader = async (viewport = phone) => {
    const visited = await visit(browser, { origin, viewport })
    const cookies = session.Cookie.split('; ').map((each) => {
      const at = each.indexOf('=')
      return { name: each.slice(0, at), value: each.slice(at + 1), url: origin }
    })
    await visited.page.context().addCookies(cookies)
    return visited
  }
  const section = (page: Page) => page.locator('#picture')
  const choose = async (page: Page, shade: Shade) =>
    page
      .locator('#picture input[type=file]')
      .setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: photo(shade) })
  const isSound = async (page: Page) => expect(await axeFindings(page)).toEqual([])

  /** The comment of the reader as somebody sees it who was never there, and what the picture in it is like. */
  const seen = async (viewport = desk, { isJudged = false } = {}) => {
    const { page, complaints, to } = await visit(browser, { origin, viewport })
    await page.addInitScript(() => {
      const all: number[] = []
      Object.assign(window, { shifts: all })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) all.push((entry as unknown as { value: number }).value)
      }).observe({ type: 'layout-shift', buffered: true })
    })
    await to(`/posts/${slug}`)
    const portrait = page.locator('.comment .portrait')
    await portrait.scrollIntoViewIfNeeded()
    const img = portrait.locator('img')
    const hasImg = (await img.count()) > 0
    if (hasImg)
      await expect.poll(() => img.evaluate((each: HTMLImageElement) => each.naturalWidth)).toBeGreaterThan(0)
    const result = {
      initials: await portrait.evaluate((each) => each.firstChild?.textContent),
      box: await portrait.evaluate((each) => {
        const { width, height } = each.getBoundingClientRect()
        return [width, height]
      }),
      loading: hasImg ? await img.getAttribute('loading') : undefined,
      src: hasImg
        ? await img.evaluate((each: HTMLImageElement) => new URL(each.currentSrc).pathname)
        : undefined,
      shift: await page.evaluate(() =>
        (window as unknown as { shifts: number[] }).shifts.reduce((a, b) => a + b, 0),
      ),
      complaints,
    }
    if (isJudged) await isSound(page)
    await page.context().close()
    return result
  }

  it('is initials until a picture is chosen on a phone, seen before it is used, and then shown beside their comments', async () => {
    const nothing = { initials: 'PP', box: [24, 24], loading: undefined, src: undefined, complaints: [] }
    expect(await seen()).toMatchObject(nothing)
    const { page, complaints, to } = await visitAsReader()
    await to('/account')
    await running(page)
    await section(page).getByText('Your initials stand beside your name.').waitFor()
    await choose(page, 'black')
    await section(page).getByText('This is how it will look').waitFor()
    await isSound(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(phone.width)
    expect(await seen(), 'others do not see it yet').toMatchObject(nothing)
    await section(page).getByRole('button', { name: 'Use this picture' }).click()
    await section(page).getByText('Your picture was changed.').waitFor()
    await section(page).getByText('It stands beside your name.').waitFor()
    await section(page).locator('button:focus', { hasText: 'Choose a picture' }).waitFor()
    await isSound(page)
    expect(complaints).toEqual([])
    const after = await seen(desk, { isJudged: true })
    expect(after).toMatchObject({
      initials: 'PP',
      box: [24, 24],
      loading: 'lazy',
      complaints: [],
    })
    expect(after.shift, 'of all that moves, fonts too').toBeLessThan(0.01)
    expect(after.src).toMatch(/^\/api\/media\/[0-9a-f-]{36}\/w96\.avif$/)
    expect((await seen(phone, { isJudged: true })).src).toBe(after.src)
    shown = after.src ?? ''
  })

  it('says why a file can not be used, and keeps the picture of before', async () => {
    const { page, to } = await visitAsReader(desk)
    await to('/account')
    await running(page)
    const file = { name: 'me.png', mimeType: 'image/png', buffer: Buffer.from('<script>alert(1)</script>') }
    await page.locator('#picture input[type=file]').setInputFiles(file)
    await page.getByRole('alert').getByText('can not open that file as a picture').waitFor()
    await page.route('**/api/media/portrait', (route) => route.abort())
    await choose(page, 'white')
    await section(page).getByRole('button', { name: 'Use this picture' }).click()
    await page.getByRole('alert').getByText('could not be sent').waitFor()
    await isSound(page)
    expect((await seen()).src).toBe(shown)
    await page.unroute('**/api/media/portrait')
    await section(page).getByRole('button', { name: 'Cancel' }).click()
  })

  it.each(['paste', 'drop'] as const)(
    'is replaced by %s, and the files of the one before are gone',
    async (how) => {
      const { page, complaints, to } = await visitAsReader(desk)
      await to('/account')
      await running(page)
      const base64 = photo(how === 'paste' ? 'white' : 'grey').toString('base64')
      await page.locator('.portrait-picker').evaluate(
        (element, { how, base64 }) => {
          const brought = new DataTransfer()
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
          brought.items.add(new File([bytes], 'me.png', { type: 'image/png' }))
          const options = { bubbles: true, cancelable: true }
          element.dispatchEvent(
            how === 'paste'
              ? new ClipboardEvent('paste', { ...options, clipboardData: brought })
              : new DragEvent('drop', { ...options, dataTransfer: brought }),
          )
        },
        { how, base64 },
      )
      await section(page).getByRole('button', { name: 'Use this picture' }).click()
      await section(page).getByText('Your picture was changed.').waitFor()
      const { src = '' } = await seen()
      expect(src).not.toBe(shown)
      await until(async () => (await fetch(`${origin}${shown}`)).status === 404, 'the old picture to be gone')
      expect(complaints).toEqual([])
      shown = src
    },
  )

  it('can be set by its person alone, and is no portrait of another person', async () => {
    const other = await join(blog, { email: 'other-face@blog.example', name: 'Otto', role: 'reader' })
    const headers = { ...other, Origin: origin }
    const picture = `${shown.replace('w96.avif', 'w320.jpg')}#512x512`
    const taken = await ask(`${blog.api}/accounts/me`, { method: 'PATCH', headers, body: { picture } })
    expect([taken.status, taken.text]).toEqual([
      422,
      expect.stringContaining('must be a picture of your own'),
    ])
    const removed = await ask(`${blog.api}/accounts/people/${personId}/picture`, {
      method: 'DELETE',
      headers,
    })
    expect(removed.status).toBe(403)
    const upload = await ask(`${blog.api}/media/uploads`, {
      ...{ method: 'POST', headers: { ...headers, 'Tus-Resumable': '1.0.0', 'Upload-Length': '3' } },
    })
    expect([upload.status, (await ask(`${blog.api}/media`, { headers: other })).status]).toEqual([403, 403])
    const foreign = await ask(`${blog.api}/media/portrait`, {
      ...{
        method: 'PUT',
        headers: { ...session, Origin: 'https://else.example', 'Content-Type': 'image/png' },
      },
      body: new Uint8Array(photo('white')),
    })
    expect(foreign.status).toBe(403)
    expect((await seen()).src).toBe(shown)
  })

  it('is removed by a moderator from the page that shows it, for everyone at once', async () => {
    const { page, to } = await visit(browser, {
      ...{ origin, viewport: desk, extraHTTPHeaders: await logbook.as('moderator') },
    })
    await to(`/posts/${slug}`)
    await running(page)
    await isSound(page)
    await page.getByRole('button', { name: 'Remove portrait of Portia Pictured' }).click()
    await page.waitForURL(/#comment-/)
    expect(await page.getByRole('button', { name: 'Remove portrait' }).count()).toBe(0)
    expect(await seen()).toMatchObject({ initials: 'PP', src: undefined })
    await until(async () => (await fetch(`${origin}${shown}`)).status === 404, 'the picture to be gone')
  })

  it('is sent, shown and removed over the API too', async () => {
    const headers = { ...session, Origin: origin }
    const path = `${blog.api}/media/portrait`
    const sent = await ask(path, {
      ...{ method: 'PUT', headers: { ...headers, 'Content-Type': 'image/png' } },
      body: new Uint8Array(photo('white')),
    })
    expect(sent.status).toBe(202)
    const picture = await until(
      async () => (await ask<{ picture: string | null }>(path, { headers: session })).json().picture,
      'the portrait to be ready',
    )
    expect(picture).toMatch(/#512x512$/)
    const original = await ask(`${origin}${picture.replace(/[^/]*$/, 'original')}`, { headers: session })
    expect([original.status, original.text.includes('Unmistakable')]).toEqual([200, false])
    const change = (body: object) => ask(`${blog.api}/accounts/me`, { method: 'PATCH', headers, body })
    expect((await change({ picture })).status).toBe(200)
    expect((await seen()).src).toContain(picture.split('/')[3])
    const { page, to } = await visitAsReader()
    await to('/account')
    await running(page)
    await section(page).getByRole('button', { name: 'Remove your picture' }).click()
    await section(page).getByText('Your picture was removed.').waitFor()
    expect(await seen()).toMatchObject({ initials: 'PP', src: undefined })
  })

  it('goes with its person: no page and no address has it, and the receipt says so', async () => {
    const { page, to } = await visitAsReader()
    await to('/account')
    await running(page)
    await choose(page, 'black')
    await section(page).getByRole('button', { name: 'Use this picture' }).click()
    await section(page).getByText('Your picture was changed.').waitFor()
    const { src } = await seen()
    await page.getByRole('link', { name: 'Erase account…' }).click()
    await page.getByRole('button', { name: 'Erase permanently' }).click()
    await page.waitForURL('**/erasures/**')
    const receipt = await until(async () => {
      const answer = await ask<{ complete: boolean; confirmations: unknown }>(
        `${blog.api}/accounts/erasures/${personId}`,
      )
      return answer.json().complete && answer.text
    }, 'the receipt to be complete')
    expect(receipt).toContain('"media"')
    expect((await fetch(`${origin}${src}`)).status).toBe(404)
    expect((await ask(`${origin}/posts/${slug}`)).text).not.toMatch(/portrait-picture|Portia/)
  })
})
