import { expect, it, onTestFinished, vi } from 'vitest'
import { axeFindings } from '../../infra/axe.ts'
import type { Browsing } from './browser.ts'
import { addPage } from './sample-pages.ts'

/** What an owner decides about the blog as a whole, with the keyboard, and how every page follows. */
export const describeSettings = ({ page, open, world, asOwner, wrong }: Browsing) => {
  const isWiderThanWindow = () =>
    page().evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
  const focused = () => page().evaluate(() => document.activeElement?.textContent)

  it('the owner arranges the links of the header with the keyboard, and saves them', async () => {
    addPage(world(), 701, 'About')
    addPage(world(), 702, 'Colophon')
    onTestFinished(() => world().fake.changeSettings({ navigation: [] }))
    await asOwner()
    await open('/settings')
    await page().getByRole('button', { name: 'Add all 2 pages' }).press('Enter')
    await vi.waitFor(async () => expect(await focused()).toBe('Remove link 2'))
    await page().getByRole('button', { name: 'Add a link' }).press('Enter')
    const third = page().getByRole('group', { name: 'Link 3' })
    await third.getByLabel('Label').fill('Marsh')
    await third.getByLabel('Address').fill('/tags/marsh')
    await page().getByRole('button', { name: 'Move up link 3' }).press('Enter')
    await page().getByText('Moved to place 2 of 3.').waitFor({ state: 'attached' })
    await page().keyboard.press('Enter')
    await vi.waitFor(async () => expect(await focused()).toContain('Move down link 1'))
    const labels = () =>
      page()
        .getByLabel('Label')
        .evaluateAll((all) => all.map((each) => (each as HTMLInputElement).value))
    expect(await labels()).toEqual(['Marsh', 'About', 'Colophon'])
    await page().getByRole('button', { name: 'Remove link 3' }).press('Enter')
    await page().getByText('One page is not in the header').waitFor()
    expect(await wrong()).toEqual([])
    await page().setViewportSize({ width: 390, height: 800 })
    expect(await isWiderThanWindow()).toBe(false)
    await page().getByRole('button', { name: 'Save' }).click()
    await page().getByText('✓ Saved.').waitFor()
    const links = page().getByRole('navigation', { name: 'Pages' }).getByRole('link')
    expect(await links.allTextContents()).toEqual(['Marsh', 'About'])
    await links.first().click()
    await page().getByRole('heading', { level: 1, name: 'marsh' }).waitFor()
    expect(await links.first().getAttribute('aria-current')).toBe('page')
  })

  it('a new blog is set up with the time zone of the browser, and continues to its first post', async () => {
    await world().fake.forgetSettings()
    onTestFinished(() => world().fake.forgetSettings())
    const there = await page()
      .context()
      .browser()
      ?.newContext({
        ...{ timezoneId: 'Asia/Kolkata', locale: 'pt-BR', viewport: { width: 390, height: 800 } },
      })
    await there?.addCookies([{ name: 'session', value: 'owner', url: world().url }])
    const phone = await there?.newPage()
    await phone?.goto(`${world().url}/begin`)
    const zone = phone?.getByLabel('Time zone')
    await vi.waitFor(async () => expect(await zone?.inputValue()).toMatch(/^Asia\/(?:Kolkata|Calcutta)$/))
    expect(await phone?.getByLabel('Language').inputValue()).toBe('pt-BR')
    expect(phone && (await axeFindings(phone)).map(({ id }) => id)).toEqual([])
    const wide = await phone?.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    expect(wide).toBe(false)
    await phone?.getByLabel('Title').fill('Novo')
    await phone?.getByRole('button', { name: 'Write the first post' }).click()
    await phone?.waitForURL('**/write')
    await phone?.getByRole('link', { name: 'Novo' }).waitFor()
    await there?.close()
  })

  it('many header links are behind a menu, on a phone too, which is closed on the next page', async () => {
    const navigation = Array.from({ length: 20 }, (_, index) => ({
      label: `A page with a name that is long, number ${index}`,
      address: index === 19 ? '/tags/marsh' : `/posts/page-${index}`,
    }))
    await world().fake.changeSettings({ navigation })
    onTestFinished(() => world().fake.changeSettings({ navigation: [] }))
    await page().setViewportSize({ width: 390, height: 800 })
    const more = page().getByRole('navigation', { name: 'Pages' }).locator('summary')
    await vi.waitFor(
      async () => {
        await open('/')
        expect(await more.count()).toBe(1)
      },
      { timeout: 20_000 },
    )
    const last = page().getByRole('link', { name: 'number 19' })
    expect(await last.isVisible()).toBe(false)
    await more.focus()
    await page().keyboard.press('Enter')
    await last.waitFor()
    expect([await isWiderThanWindow(), await wrong()]).toEqual([false, []])
    await last.click()
    await page().waitForURL('**/tags/marsh')
    await last.waitFor({ state: 'hidden' })
  })
}
