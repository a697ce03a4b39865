import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { inBrowser } from './browser.ts'
import { worldOfFile } from './built.ts'
import { idOf } from './sample-blog.ts'

const [hal, jo, kim] = [idOf(112), idOf(122), idOf(132)]

// What a hand, a key, another moderator and a browser without scripts do to the comments that wait.
inBrowser(worldOfFile(), ({ page, open, world, asOwner, wrong }) => {
  describe('the comments that wait', () => {
    beforeEach(async () => {
      await asOwner()
      await open('/moderation')
    })
    afterEach(() => world().fake.forgetVerdicts())

    const rows = (of: Page = page()) => of.locator('.queue > li')
    const rowOf = (name: string, of: Page = page()) =>
      of.locator('.queue > li').filter({ has: of.locator('.author', { hasText: name }) })
    const reasonOf = (name: string) => rowOf(name).getByLabel('Reason, shown to its author')
    const approve = (name: string) => rowOf(name).getByRole('button', { name: 'Approve' })
    const verdicts = (): Record<string, unknown>[] =>
      world()
        .fake.asked.filter(({ method, url }) => method === 'POST' && url.pathname.endsWith('/verdict'))
        .map(({ url, body }) => ({ id: url.pathname.split('/')[2], ...body }))
    /** What was sent while something was done. */
    const sentBy = async (act: () => Promise<unknown>, count: number) => {
      const before = verdicts().length
      await act()
      await vi.waitFor(() => expect(verdicts().length - before).toBeGreaterThanOrEqual(count))
      // A round trip after all that came before it: what a further key or click had sent would be here too.
      await page().evaluate(() => fetch('/api/moderation/queue').then((answer) => answer.text()))
      return verdicts().slice(before)
    }

    it('Enter in the reason judges no comment, and the typed reason survives a reload and the key that judges', async () => {
      expect(
        await sentBy(async () => {
          await reasonOf('Hal').fill('Off the subject')
          await reasonOf('Hal').press('Enter')
          await reasonOf('Hal').press('Control+Enter')
        }, 0),
      ).toEqual([])
      await reasonOf('Hal').fill('Off the subject')
      await page().reload()
      await page().locator('html[data-running]').waitFor()
      await vi.waitFor(async () => expect(await reasonOf('Hal').inputValue()).toBe('Off the subject'))
      await reasonOf('Hal').focus()
      await page().keyboard.press('Escape')
      expect(await sentBy(() => page().keyboard.press('r'), 1)).toEqual([
        { id: hal, status: 'rejected', reason: 'Off the subject', revision: 1 },
      ])
    })

    it('at 200 % zoom the bar of keys covers no row, and the undo of a verdict stays in sight', async () => {
      const size = page().viewportSize() ?? { width: 1280, height: 800 }
      await page().setViewportSize({ width: 640, height: 400 })
      const foot = page().locator('.queue-foot')
      const last = await rows().last().boundingBox()
      const bar = await foot.boundingBox()
      expect(bar?.y).toBeGreaterThanOrEqual((last?.y ?? 0) + (last?.height ?? 0))
      await approve('Hal').click()
      await foot.getByRole('button', { name: 'Undo' }).waitFor()
      const shown = await foot.boundingBox()
      expect((shown?.y ?? 0) + (shown?.height ?? 0)).toBeLessThanOrEqual(400)
      await page().setViewportSize(size)
    })

    it('a second click, a second key press and a key that is held down judge no other comment', async () => {
      const box = await approve('Hal').boundingBox()
      const at = [(box?.x ?? 0) + 10, (box?.y ?? 0) + 10] as const
      const clicked = await sentBy(async () => {
        await page().mouse.click(...at)
        await rowOf('Hal').getByText('Approved', { exact: true }).waitFor()
        await page().mouse.click(...at)
        await page().mouse.dblclick(...at)
      }, 1)
      expect(clicked.map(({ id }) => id)).toEqual([hal])
      expect(await rows().count()).toBe(3)
      await page().mouse.move(0, 0)
      await vi.waitFor(async () => expect(await rows().count()).toBe(2))

      await page().keyboard.press('j')
      const pressed = await sentBy(async () => {
        await page().keyboard.down('a')
        await page().keyboard.down('a')
        await rowOf('Kim').getByText('Approved', { exact: true }).waitFor()
        await page().keyboard.up('a')
        await page().keyboard.press('a')
      }, 1)
      expect(pressed.map(({ id }) => id)).toEqual([kim])
      expect(await rows().count()).toBe(2)
      await page().keyboard.press('k')
      await vi.waitFor(async () => expect(await rows().count()).toBe(1))
    })

    it('undo restores the former verdict with its reason, once for two clicks, also after a reload', async () => {
      await sentBy(() => approve('Jo').click(), 1)
      await page().reload()
      await page().locator('html[data-running]').waitFor()
      const foot = page().locator('.queue-foot')
      await foot.getByText('Approved Jo’s comment').waitFor()
      const undone = await sentBy(() => foot.getByRole('button', { name: 'Undo' }).dblclick(), 1)
      expect(undone).toEqual([{ id: jo, status: 'pending', reason: 'first comment', revision: 1 }])
      await rowOf('Jo').getByText('held: first comment').waitFor()
      expect(await foot.getByRole('button', { name: 'Undo' }).count()).toBe(0)
      const again = await sentBy(async () => {
        await approve('Jo').click()
        await rowOf('Jo').getByRole('button', { name: 'Undo' }).click()
      }, 2)
      expect(again.map(({ status, reason }) => [status, reason])).toEqual([
        ['approved', ''],
        ['pending', 'first comment'],
      ])
    })

    it('the verdict of another moderator is not overwritten: who decided what, and when, is shown first', async () => {
      world().fake.verdictBy('Bea', jo, 'rejected', 'Spam')
      const first = await sentBy(() => approve('Jo').dblclick(), 1)
      expect(first).toHaveLength(1)
      const said = rowOf('Jo').getByRole('alert')
      await said.getByText(/Not saved\. Rejected by Bea, .*UTC: “Spam”/).waitFor()
      expect(await wrong()).toEqual([])
      await said.getByRole('button', { name: 'Decide anyway' }).click()
      await sentBy(() => approve('Jo').click(), 1)
      await rowOf('Jo').getByText('Approved', { exact: true }).waitFor()
    })

    it('rejected comments are listed with the reason, and can be approved', async () => {
      await reasonOf('Kim').fill('Rude')
      await sentBy(() => rowOf('Kim').getByRole('button', { name: 'Reject' }).click(), 1)
      await page().getByRole('link', { name: 'Rejected' }).click()
      await rowOf('Kim').getByText('rejected by Me').waitFor()
      await rowOf('Kim').getByText('Rude').first().waitFor()
      expect(await wrong()).toEqual([])
      expect(await sentBy(() => approve('Kim').click(), 1)).toEqual([
        { id: kim, status: 'approved', reason: '', revision: 1 },
      ])
    })

    it('without scripts: Enter judges nothing, and a second click finds no other comment', async () => {
      const browser = page().context().browser()
      if (browser === null) throw new Error('no browser')
      const plain = await browser.newContext({ javaScriptEnabled: false })
      await plain.addCookies([{ name: 'session', value: 'owner', url: world().url }])
      const still = await plain.newPage()
      await still.goto(`${world().url}/moderation`)
      const before = verdicts().length
      await rowOf('Hal', still).getByLabel('Reason, shown to its author').fill('Off the subject')
      await rowOf('Hal', still).getByLabel('Reason, shown to its author').press('Enter')
      await rowOf('Hal', still).getByLabel('Reason, shown to its author').fill('Off the subject')
      await rowOf('Hal', still).getByRole('button', { name: 'Reject' }).click()
      await still.getByRole('heading', { name: 'Rejected Hal’s comment' }).waitFor()
      expect(await still.getByRole('button', { name: /Approve|Reject/ }).count()).toBe(0)
      await still.getByRole('button', { name: 'Undo' }).click()
      await still.getByRole('heading', { name: 'Hal’s comment waits' }).waitFor()
      expect(verdicts().slice(before)).toEqual([
        { id: hal, status: 'rejected', reason: 'Off the subject', revision: 1 },
        { id: hal, status: 'pending', reason: 'more than 1 link', revision: 1 },
      ])
      await still.getByRole('link', { name: 'Continue' }).click()
      world().fake.verdictBy('Bea', kim, 'rejected')
      await rowOf('Kim', still).getByRole('button', { name: 'Approve' }).click()
      await still.getByRole('alert').getByText('Rejected by Bea').waitFor()
      expect(await still.getByRole('button', { name: /Approve|Reject/ }).count()).toBe(0)
      await plain.close()
    })

    it('approved and rejected comments are filtered by what was changed of them, and the row says what', async () => {
      for (const id of [hal, jo, kim]) world().fake.verdictBy('Bea', id, 'approved')
      world().fake.setFlags(hal, { promoted: true, searchable: false })
      world().fake.setFlags(kim, { anonymized: true })
      expect(await page().getByRole('navigation', { name: 'what was changed' }).count()).toBe(0)
      await open('/moderation?show=approved')
      const filters = page().getByRole('navigation', { name: 'what was changed' })
      expect(await rows().count()).toBe(3)
      await filters.getByRole('link', { name: 'Featured' }).click()
      await page().waitForURL('**/moderation?show=approved&flag=promoted')
      await vi.waitFor(async () => expect(await rows().count()).toBe(1))
      expect(await rowOf('Hal').textContent()).toContain('Featured, Left out of search')
      expect(await filters.locator('[aria-current]').textContent()).toBe('Featured')
      await filters.getByRole('link', { name: 'Name hidden' }).click()
      await rowOf('Kim').waitFor()
      expect(await rows().count()).toBe(1)
      await filters.getByRole('link', { name: 'All' }).click()
      await vi.waitFor(async () => expect(await rows().count()).toBe(3))
    })
  })
})
