import { expect, it } from 'vitest'
import type { Browsing } from './browser.ts'
import { mediumIds } from './fake-media.ts'

/** The library of pictures and files. */
export const describeLibrary = ({ page, open, world, asOwner, wrong }: Browsing) => {
  const row = (name: string) => page().getByRole('listitem').filter({ hasText: name })
  const { heron, call } = mediumIds

  it('name, words and focal point of a picture are edited by keyboard, and axe finds nothing', async () => {
    await asOwner()
    await open('/media')
    await row('heron.jpg').getByRole('button', { name: 'Edit heron.jpg' }).press('Enter')
    const form = page().getByRole('form', { name: 'Edit “heron.jpg”' })
    await form.getByLabel('Name').fill('dawn.jpg')
    await form.getByLabel('What it shows').fill('A heron at dawn')
    for (let step = 0; step < 20; step++) await form.getByLabel('From the top').press('ArrowDown')
    expect(await wrong()).toEqual([])
    await form.getByRole('button', { name: 'Save' }).press('Enter')
    await page().getByText('Saved.').waitFor()
    expect(world().fake.media.get(heron)).toMatchObject({
      ...{ name: 'dawn.jpg', alt: 'A heron at dawn' },
      focus: { x: 0.5, y: 0.3 },
    })
  })

  it('the posts that show a file are named, with the versions that do', async () => {
    await asOwner()
    await open('/media')
    await page()
      .getByRole('button', { name: /^Where/ })
      .click()
    await page().getByRole('link', { name: 'The heron stood still' }).waitFor()
    await page().getByText('In none of its latest versions').waitFor()
    expect(await wrong()).toEqual([])
  })

  it('a removed file can be had back for a few seconds, and is removed when the page is left', async () => {
    await asOwner()
    await open('/media')
    await row('bittern.mp3').getByRole('button', { name: 'Remove' }).click()
    await page().getByText('bittern.mp3 is removed.').waitFor()
    await page().getByRole('button', { name: 'Undo' }).click()
    await row('bittern.mp3').getByRole('button', { name: 'Edit' }).waitFor()
    expect(world().fake.media.has(call)).toBe(true)
    await row('bittern.mp3').getByRole('button', { name: 'Remove' }).click()
    await page().getByRole('button', { name: 'Undo' }).waitFor()
    await page().goto(`${world().url}/tags`)
    await expect.poll(() => world().fake.media.has(call)).toBe(false)
  })

  it('a filter that finds nothing says so and leads back to everything', async () => {
    await asOwner()
    await open('/media')
    await page().getByLabel('Kind').selectOption('video')
    await page().getByRole('button', { name: 'Filter' }).click()
    await page().getByText('Nothing matches.').waitFor()
    await page().getByRole('link', { name: 'Show everything' }).click()
    await row('marsh.png').waitFor()
  })
}
