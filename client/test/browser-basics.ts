import type { Page } from 'playwright-core'
import { beforeEach, expect, it, vi } from 'vitest'
import type { Browsing } from './browser.ts'
import { heron, screens } from './browser-places.ts'
import { ada } from './fake-accounts.ts'
import { idOf } from './sample-blog.ts'

/** Every screen by axe and by its width, and what a person does first: comment, vote, fold, moderate, sign in. */
export const describeBasics = ({ page: current, open, world, asOwner, loseCover, wrong }: Browsing) => {
  let page: Page
  beforeEach(() => {
    page = current()
  })
  const watchHeron = async () => {
    await open(heron)
    await vi.waitFor(() => expect(world().fake.watchers()).toBeGreaterThan(0))
  }

  /** Whether letters of twice the size make the page wider than its window. */
  const isTooWideInLarge = async () => {
    await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'))
    return isWiderThanWindow()
  }
  const stretchedBoxes = () =>
    page
      .locator('[type="checkbox"], [type="radio"]')
      .evaluateAll((boxes) =>
        boxes.map((box) => box.getBoundingClientRect()).filter(({ width, height }) => width > height + 1),
      )
  const isWiderThanWindow = () =>
    page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)

  it('axe finds nothing serious on any screen, by day and by night, and each fits windows of 1280 and 390 pixels, in letters of twice the size too', async () => {
    await asOwner()
    for (const path of screens) {
      await page.setViewportSize({ width: 1280, height: 900 })
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
      await open(path)
      const byDay = await wrong()
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
      const byNight = await wrong('color-contrast')
      const wide = await isWiderThanWindow()
      await page.setViewportSize({ width: 390, height: 800 })
      expect
        .soft([
          path,
          byDay,
          byNight,
          wide,
          await isWiderThanWindow(),
          await stretchedBoxes(),
          await isTooWideInLarge(),
        ])
        .toEqual([path, [], [], false, false, [], false])
    }
  }, 180_000)

  it('a new comment is shown as waiting at once, then with its verdict, without a reload', async () => {
    await watchHeron()
    await page.getByLabel('Your comment').fill('A *new* one')
    await page.getByLabel('Your comment').press('Control+Enter')
    const mine = page.locator('.comment[data-own]')
    await mine.getByText('Waiting for a moderator').waitFor()
    expect(await page.getByLabel('Your comment').inputValue()).toBe('')
    const id = (await mine.getAttribute('id'))?.slice('comment-'.length) ?? ''
    world().fake.judge(id, 'approved')
    await mine.getByText('Published').waitFor()
    await mine.locator('em', { hasText: 'new' }).waitFor()
  })

  it('a rejected comment shows its reason, and keeps its text through a reload', async () => {
    await watchHeron()
    await page.getByLabel('Your comment').fill('An orange heron')
    await page.getByRole('button', { name: 'Comment', exact: true }).click()
    const mine = page.locator('.comment[data-own]')
    await mine.getByText('Waiting').waitFor()
    const id = (await mine.getAttribute('id'))?.slice('comment-'.length) ?? ''
    world().fake.judge(id, 'rejected')
    await mine.getByText('Not published: contains the word “orange”').waitFor()
    await page.reload()
    await page
      .locator('.comment[data-own]', { hasText: 'An orange heron' })
      .getByText('Not published')
      .waitFor()
  })

  it('a guest with an e-mail is offered replies by mail, which are requested once the comment is sent', async () => {
    await watchHeron()
    const offer = page.getByLabel('Mail me replies')
    await page.getByLabel('Your name').fill('Gus')
    expect(await offer.isVisible()).toBe(false)
    await page.getByLabel('Your e-mail, never shown').fill('gus@example.org')
    await offer.check()
    await page.getByLabel('Your comment').fill('Is anyone there?')
    await page.getByRole('button', { name: 'Comment', exact: true }).click()
    await page.getByRole('status').getByText('Check your mail').waitFor()
    const id = await page.locator('.comment[data-own]').getAttribute('id')
    expect(world().fake.asked.findLast(({ url }) => url.pathname === '/mail-subscriptions')?.body).toEqual({
      ...{ email: 'gus@example.org' },
      scope: { kind: 'replies', commentId: id?.slice('comment-'.length) },
    })
    expect(await wrong()).toEqual([])
  })

  it('a comment that could not be sent is kept, and sent on request', async () => {
    await watchHeron()
    world().fake.down.add('comments')
    await page.getByRole('link', { name: 'Reply to Eve' }).click()
    await page.getByLabel('Your reply to Eve').fill('On its way')
    await page.getByRole('button', { name: 'Reply', exact: true }).click()
    const mine = page.locator('.comment[data-own]')
    await mine.getByText('Not sent.').waitFor()
    world().fake.down.clear()
    await mine.getByRole('button', { name: 'Try again' }).click()
    await mine.getByText('Waiting').waitFor()
    expect(await mine.textContent()).toContain('On its way')
  })

  it('new comments wait behind a button, so that the text being read does not move', async () => {
    await watchHeron()
    const before = await page.locator('.comment').count()
    world().fake.say(301, 'From elsewhere')
    world().fake.say(302, 'And another')
    const button = page.getByRole('button', { name: '2 new ↑' })
    await button.waitFor()
    expect(await page.locator('.comment').count()).toBe(before)
    await button.click()
    await page.getByText('And another').waitFor()
  })

  it('a page shows what happened while query was down, once it is back', async () => {
    await watchHeron()
    world().fake.down.add('query')
    const failed = page.waitForResponse((answer) => answer.status() === 503)
    world().fake.say(307, 'While it was away')
    await failed
    world().fake.down.clear()
    await page.getByRole('button', { name: '1 new ↑' }).waitFor()
    world().fake.comments.delete(idOf(307))
  })

  it('a page marks and links comments of others since the last visit, and keeps folds', async () => {
    await open(heron)
    expect(await page.locator('.since').count()).toBe(0)
    await page.locator(`#comment-${idOf(101)} .fold`).click()
    world().fake.say(304, 'Since then')
    world().fake.say(305, 'My own is nothing new to me')
    world().fake.mine.add(idOf(305))
    await page.reload()
    await page.getByRole('link', { name: '1 since your last visit' }).click()
    expect(new URL(page.url()).hash).toBe(`#comment-${idOf(304)}`)
    expect(await page.locator('.comment[data-fresh]').count()).toBe(1)
    expect(await page.getByText('We should start a club.').isVisible()).toBe(false)
    expect(await wrong()).toEqual([])
    for (const n of [304, 305]) world().fake.comments.delete(idOf(n))
  })

  it('a vote is counted at once, and withdrawn with a message if it could not be counted', async () => {
    await watchHeron()
    const comment = page.locator(`#comment-${idOf(108)}`)
    world().fake.down.add('comments')
    await comment.getByRole('button', { name: 'Agree with Eve', exact: true }).click()
    await comment.getByText('Your vote was not counted').waitFor()
    expect(await comment.locator('output').textContent()).toBe('1')
    world().fake.down.clear()
    await comment.getByRole('button', { name: 'Agree with Eve', exact: true }).click()
    await vi.waitFor(async () => expect(await comment.locator('output').textContent()).toBe('2'))
    await vi.waitFor(() => expect(world().fake.comments.get(idOf(108))?.score).toBe(2))
  })

  it('a thread is folded by its button and by its line', async () => {
    await open(heron)
    const shown = () => page.getByText('We should start a club.').isVisible()
    await page.locator(`#comment-${idOf(101)} .fold`).click()
    expect(await shown()).toBe(false)
    await page.locator(`#comment-${idOf(101)} .fold`).click()
    expect(await shown()).toBe(true)
    await page
      .locator(`#comment-${idOf(103)} .rail`)
      .first()
      .click()
    expect(await shown()).toBe(false)
  })

  it('a page says when the post was edited or taken down, and shows the new text on request', async () => {
    await watchHeron()
    const post = world().fake.posts.get(idOf(1))
    if (post === undefined) throw new Error('The sample blog has no such post.')
    world().fake.posts.set(post.id, { ...post, content: 'Quite another text.', version: post.version + 1 })
    world().fake.tell({ kind: 'post', id: post.id, slug: post.slug, version: post.version + 1 })
    await page.getByRole('button', { name: 'Show the new text' }).click()
    await page.getByText('Quite another text.').waitFor()
    world().fake.posts.set(post.id, post)
    world().fake.tell({ kind: 'post-removed', id: post.id })
    await page.getByText('taken down').waitFor()
  })

  it('a person signs in, returns to the page before, and signs out again', async () => {
    await open(heron)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('E-mail').fill(ada.email)
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    const refused = page.getByRole('alert')
    await refused.getByText('is wrong').waitFor()
    await expect.poll(() => refused.evaluate((line) => line === document.activeElement)).toBe(true)
    await page.getByLabel('Password').fill('the right password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`**${heron}`)
    await page.getByRole('banner').getByRole('link', { name: ada.name, exact: true }).click()
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
  })

  it('the sign-in page says when a passkey was not used', async () => {
    await open('/sign-in')
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByRole('alert').waitFor()
  })
  it('the first field that was refused has the focus, and says why', async () => {
    await asOwner()
    await open('/settings')
    await page.getByLabel('Time zone').fill('Mars/Olympus')
    await page.getByRole('button', { name: 'Save', exact: true }).last().click()
    const field = page.locator('[name="timeZone"][aria-invalid="true"]')
    await field.waitFor()
    await expect.poll(() => field.evaluate((it) => it === document.activeElement)).toBe(true)
  })

  it('a picture that cannot be had keeps no room', async () => {
    loseCover()
    await open('/posts/bread-again')
    const cover = page.locator('.cover[data-missing]')
    await cover.waitFor({ state: 'attached' })
    expect(await cover.isVisible()).toBe(false)
  })

  it('the theme can be switched and is remembered', async () => {
    await open('/')
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const light = await paper()
    await page.getByRole('button', { name: 'Light or dark' }).click()
    await vi.waitFor(async () => expect(await paper()).not.toBe(light))
    const dark = await paper()
    await page.reload()
    expect(await paper()).toBe(dark)
  })
}
