import type { Page } from 'playwright-core'
import { expect, it, vi } from 'vitest'
import { heron, longThread } from './browser-places.ts'
import type { World } from './built.ts'
import { idOf } from './sample-blog.ts'

interface Reading {
  page: () => Page
  /** Opens a page and waits until its scripts run. */
  open: (path: string) => Promise<void>
  world: () => World
}

/** How posts are found, and long threads read. */
export const describeReading = ({ page, open, world }: Reading) => {
  it('ten thousand comments are read a page at a time, and replies on request', async () => {
    await open(longThread)
    const rows = page().locator('.comment')
    await page().getByRole('heading', { name: '10,000 comments' }).waitFor()
    const first = await rows.count()
    expect(first).toBeLessThan(200)
    await page().getByRole('link', { name: '4 more replies' }).click()
    await vi.waitFor(async () => expect(await rows.count()).toBe(first + 4))
    expect(await page().getByRole('link', { name: 'more replies' }).count()).toBe(0)
    await page().getByRole('link', { name: 'Show more comments' }).click()
    await vi.waitFor(async () => expect(await rows.count()).toBe(first + 54))
    await page().getByRole('heading', { name: '10,000 comments' }).waitFor()
    // A vote on a comment of another page is no new comment.
    const [elsewhere] = [...world().fake.comments.values()].filter(({ postId }) => postId === idOf(2))
    if (elsewhere) world().fake.put({ ...elsewhere, score: 7 })
    world().fake.say(999_999, 'Something new', { postId: idOf(2), parentId: null })
    await page().getByRole('button', { name: '1 new' }).waitFor()
    world().fake.comments.delete(idOf(999_999))
  })

  it('a page says that more comments could not be loaded, and tries again', async () => {
    await open(longThread)
    world().fake.down.add('query')
    await page().getByRole('link', { name: 'Show more comments' }).click()
    await page().getByText('The page could not be loaded').waitFor()
    world().fake.down.clear()
    const before = await page().locator('.comment').count()
    await page().getByRole('link', { name: 'Show more comments' }).click()
    await vi.waitFor(async () => expect(await page().locator('.comment').count()).toBe(before + 50))
  })

  it('posts are found from the keyboard, and the query is shown as text', async () => {
    await open(heron)
    await page().keyboard.press('/')
    await page().waitForURL('**/search')
    await page().getByRole('searchbox').waitFor()
    await vi.waitFor(async () => expect(await page().evaluate(() => document.activeElement?.id)).toBe('q'))
    await page().keyboard.type('heron')
    await page().keyboard.press('Enter')
    await page().locator('.hit mark', { hasText: 'heron' }).waitFor()
    expect(await page().locator('.hit-text').first().textContent()).toBe('It says <b>heron</b> here.')
    await page().getByRole('heading', { level: 1 }).click()
    await page().keyboard.press('/')
    expect(await page().evaluate(() => document.activeElement?.id)).toBe('q')
    await page().locator('.hit a').first().click()
    await page().getByRole('heading', { level: 1, name: 'The heron stood still' }).waitFor()
  })

  it('the archive links to months, and a post links to its neighbours', async () => {
    await open('/archive')
    await page().getByRole('link', { name: 'November' }).click()
    await page().getByRole('heading', { level: 1, name: 'November 2026' }).waitFor()
    await open(heron)
    const beside = page().getByRole('navigation', { name: 'Other posts' })
    await beside.getByRole('link', { name: 'Earlier' }).click()
    await page().waitForURL((url) => !url.pathname.endsWith(heron))
  })

  it('an unknown address suggests similar posts', async () => {
    await open('/posts/no-such-heron')
    await page().getByText('Did you look for').waitFor()
    await page().locator('.near a').first().click()
    await page().getByRole('heading', { level: 1, name: 'The heron stood still' }).waitFor()
  })

  it('a post loads two fonts, one script and no framework', async () => {
    const loaded: { kind: string; name: string }[] = []
    page().on('request', (request) => {
      const name = new URL(request.url()).pathname.replace(/^.*\//, '')
      loaded.push({ kind: request.resourceType(), name })
    })
    await open(heron)
    await page().evaluate('document.fonts.ready')
    const of = (kind: string) => loaded.filter((each) => each.kind === kind).map(({ name }) => name)
    expect(
      of('font')
        .map((name) => name.replace(/-wght.*/, ''))
        .sort(),
    ).toEqual(['inter-latin', 'source-serif-4-latin'])
    expect(of('script')).toEqual([expect.stringMatching(/^main-[\w-]{8}\.js$/)])
  })

  it('a page follows its post only while it is visible, and then catches up', async () => {
    const turn = (state: string) =>
      page().evaluate((visibility) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => visibility })
        document.dispatchEvent(new Event('visibilitychange'))
      }, state)
    await open(heron)
    await vi.waitFor(() => expect(world().fake.watchers()).toBe(1))
    await turn('hidden')
    await vi.waitFor(() => expect(world().fake.watchers()).toBe(0))
    world().fake.say(888, 'While nobody looked')
    await turn('visible')
    await page().getByRole('button', { name: '1 new' }).waitFor()
    expect(world().fake.watchers()).toBe(1)
    world().fake.comments.delete(idOf(888))
  })
}
