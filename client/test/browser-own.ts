import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Browsing } from './browser.ts'
import { heron } from './browser-places.ts'
import { idOf, minutesAgo } from './sample-blog.ts'

const own = idOf(401)

const describeOffer = ({ page, open, world, wrong }: Browsing) => {
  describe('replies by mail, on a blog that sends no mail', () => {
    afterEach(() => world().fake.connectMail(true))

    it('are not offered to a guest with an e-mail', async () => {
      world().fake.connectMail(false)
      const asked = page().waitForResponse((answer) =>
        new URL(answer.url()).pathname.endsWith('/sign-in-options'),
      )
      await open(heron)
      await page().getByLabel('Your name').fill('Gus')
      await page().getByLabel('Your e-mail, never shown').fill('gus@example.org')
      expect(await (await asked).json()).toMatchObject({ mail: false })
      await page().getByLabel('Your comment').fill('Is anyone there?')
      expect(await page().getByLabel('Mail me replies').isVisible()).toBe(false)
      expect(await wrong()).toEqual([])
    })
  })
}

/** One's own comments, and what those who care for the blog may do to any. */
export const describeOwn = (browsing: Browsing) => {
  const { page, open, world, asOwner, wrong } = browsing
  describeOffer(browsing)
  describe('a comment of one’s own', () => {
    afterEach(() => {
      world().fake.mine.clear()
      world().fake.comments.delete(own)
    })
    const say = (more = {}) => {
      world().fake.say(401, 'As it *was*', { createdAt: minutesAgo(2), ...more })
      world().fake.mine.add(own)
    }
    const row = () => page().locator(`#comment-${own}`)

    it('a person’s waiting comment is on the page in every browser of theirs', async () => {
      say({ status: 'pending' })
      await open(heron)
      await row().locator('em', { hasText: 'was' }).waitFor()
      await row().getByText('Waiting for a moderator').waitFor()
    })

    it('a comment is edited in place from the keyboard, and judged again', async () => {
      say()
      await open(heron)
      await row().getByText('for 13 more minutes').waitFor()
      await row().getByRole('link', { name: 'Edit your comment' }).click()
      const box = row().getByLabel('New text of your comment')
      expect(await box.inputValue()).toBe('As it *was*')
      expect(await wrong()).toEqual([])
      await box.press('Escape')
      await vi.waitFor(async () =>
        expect(await page().evaluate(() => document.activeElement?.id)).toBe(`edit-${own}`),
      )
      await page().keyboard.press('Enter')
      await box.fill('As it *is*')
      await box.press('Control+Enter')
      await row().getByText('Your new text waits for a moderator.').waitFor()
      await row().locator('em', { hasText: 'is' }).waitFor()
      world().fake.judge(own, 'approved')
      await row().getByText('Published').waitFor()
    })

    it('an edited comment says that it is published if its new text is judged before the page arrives', async () => {
      say()
      await open(heron)
      await row().getByRole('link', { name: 'Edit your comment' }).click()
      await row().getByLabel('New text of your comment').fill('Quickly judged')
      await page().route('**/posts/the-heron-stood-still?comment=*', async (route) => {
        if (route.request().method() !== 'POST') return route.continue()
        // The verdict comes between the command and the page that it leads to.
        const answer = await route.fetch({ maxRedirects: 0 })
        world().fake.judge(own, 'approved')
        const location = new URL(answer.headers().location ?? '', world().url).href
        return route.fulfill({ response: await page().request.get(location) })
      })
      await row().getByRole('button', { name: 'Save' }).click()
      await row().getByText('Quickly judged').waitFor()
      await row().getByText('Published').waitFor()
    })

    it('a comment that was changed elsewhere is not overwritten, and the typed text stays', async () => {
      say()
      await open(heron)
      await row().getByRole('link', { name: 'Edit your comment' }).click()
      await row().getByLabel('New text of your comment').waitFor()
      const comment = world().fake.comments.get(own)
      if (comment) world().fake.comments.set(own, { ...comment, content: 'Theirs', revision: 2 })
      await row().getByLabel('New text of your comment').fill('Mine')
      await row().getByRole('button', { name: 'Save' }).click()
      await row().getByText('changed elsewhere in the meantime').waitFor()
      expect(await row().getByLabel('New text of your comment').inputValue()).toBe('Mine')
      expect(world().fake.comments.get(own)?.content).toBe('Theirs')
    })

    it('a comment is deleted after one question, which can be declined', async () => {
      say()
      await open(heron)
      await row().getByRole('link', { name: 'Delete your comment' }).click()
      await row().getByText('Delete your comment? This cannot be undone.').waitFor()
      expect(await wrong()).toEqual([])
      // The safe answer has the focus.
      await page().keyboard.press('Enter')
      await row().getByText('As it was').waitFor()
      await row().getByRole('link', { name: 'Delete your comment' }).click()
      await row().getByRole('button', { name: 'Delete your comment' }).click()
      await page().getByRole('status').getByText('Your comment was deleted.').waitFor()
      expect(await row().count()).toBe(0)
    })

    it('a guest cannot change a comment after a quarter of an hour', async () => {
      say({ createdAt: minutesAgo(16) })
      await open(heron)
      await row().getByText('As it was').waitFor()
      expect(
        await row()
          .getByRole('link', { name: /Edit|Delete/ })
          .count(),
      ).toBe(0)
    })

    it('moderators feature, quote and delete comments of others, and take the first two back', async () => {
      say()
      world().fake.mine.clear()
      await asOwner()
      await open(heron)
      expect(await row().getByRole('link', { name: 'Edit' }).count()).toBe(0)
      const choose = async (name: string | RegExp) => {
        await row().getByText('More', { exact: false }).first().click()
        await row().getByRole('button', { name }).click()
      }
      await choose(/^Feature/)
      await row().getByText('★ Featured').waitFor()
      expect(world().fake.comments.get(own)?.promoted).toBe(true)
      // What undoes it has the focus, one key away.
      expect(
        await row()
          .locator('summary')
          .first()
          .evaluate((each) => each === document.activeElement),
      ).toBe(true)
      await choose(/^Stop featuring/)
      await row().getByText('★ Featured').waitFor({ state: 'detached' })
      await choose(/^Quote beside/)
      const quotes = page().getByRole('complementary', { name: 'From the comments' })
      await quotes.getByText('As it was').waitFor()
      await choose(/^Stop quoting/)
      await quotes.waitFor({ state: 'detached' })
      await row().getByRole('link', { name: 'Delete' }).click()
      await row().getByRole('button', { name: 'Delete the comment by' }).click()
      await page().getByRole('status').getByText('was deleted.').waitFor()
    })
  })
}
