import { expect, it } from 'vitest'
import type { Browsing } from './browser.ts'
import { idOf } from './sample-blog.ts'

/** How posts are written. */
export const describeWriting = ({ page, open, world, asOwner }: Omit<Browsing, 'wrong'>) => {
  it('an unsaved post is kept through a reload, previewed, saved and published', async () => {
    await asOwner()
    await open('/write')
    await page().locator('.composer-title:focus').waitFor()
    await page().getByLabel('Title').fill('By hand')
    await page().getByLabel('Text, in Markdown').fill('Some **bold** words')
    await page().getByText('kept in this browser').waitFor()
    await page().reload()
    await page().getByText('This text was not saved').waitFor()
    expect(await page().getByLabel('Title').inputValue()).toBe('By hand')
    await page().getByRole('button', { name: 'Preview' }).click()
    await page().locator('.composer-preview strong', { hasText: 'bold' }).waitFor()
    await page().getByLabel('Text, in Markdown').press('Control+s')
    await page().getByText('✓ Saved').waitFor()
    expect(page().url()).toMatch(/\/write\/[0-9a-f-]{36}$/)
    const address = page().getByLabel('Address after /posts/')
    expect(await address.inputValue()).toMatch(/^post-/)
    await address.fill('Written by hand')
    await page().getByLabel('Text, in Markdown').press('Control+Enter')
    await page().getByRole('heading', { level: 1, name: 'By hand' }).waitFor()
    expect(page().url()).toMatch(/\/posts\/written-by-hand$/)
  })

  it('a button that saves keeps the focus, and the cover shows while its address is typed', async () => {
    await asOwner()
    await open('/write')
    await page().getByLabel('Title').fill('Covered')
    const cover = page().getByLabel('Address of the cover picture')
    await cover.fill('/icon.svg')
    await page().locator('.composer-cover').waitFor()
    await page().getByRole('button', { name: 'Save draft' }).press('Enter')
    await page().getByText('✓ Saved').waitFor()
    await page().locator('button:focus', { hasText: 'Save draft' }).waitFor()
    await cover.fill('/no-such-picture.png')
    await page().getByText('There is no picture at the address of the cover.').waitFor()
    await cover.fill('')
    await page().getByText('There is no picture').waitFor({ state: 'detached' })
  })

  it('a draft with a time is scheduled by the same form, and the list says when', async () => {
    await asOwner()
    await open('/write')
    await page().getByLabel('Title').fill('At nine')
    await page().getByLabel('Publish at').fill('2036-12-03T09:00')
    await page().getByRole('button', { name: 'Publish now' }).waitFor()
    await page().getByRole('button', { name: 'Schedule' }).click()
    await page().getByText('To be published on 3 Dec 2036, 09:00, UTC').waitFor()
    expect([...world().fake.posts.values()].at(-1)).toMatchObject({
      ...{ title: 'At nine', status: 'draft', publishAt: '2036-12-03T09:00:00.000Z' },
    })
    await page().reload()
    expect(await page().getByLabel('Publish at').inputValue()).toBe('2036-12-03T09:00')
    await open('/drafts')
    await page().getByText('◷ Scheduled').waitFor()
    await page().getByText('3 December 2036 at 09:00 UTC').waitFor()
  })

  it('Enter in a field changes no post, published or not, without scripts either', async () => {
    await asOwner()
    const [published, draft] = [`/write/${idOf(1)}`, `/write/${idOf(90)}`]
    const commands = () => world().fake.asked.filter(({ method }) => method !== 'GET').length
    const before = commands()
    for (const path of [published, draft]) {
      await open(path)
      await page().getByLabel('Address after /posts/').fill('elsewhere')
      await page().getByLabel('Address after /posts/').press('Enter')
      // A round trip after it: what Enter had sent would have come before.
      await page().evaluate(() => fetch('/api/posts').then((answer) => answer.text()))
    }
    const plain = await page().context().browser()?.newContext({ javaScriptEnabled: false })
    await plain?.addCookies([{ name: 'session', value: 'owner', url: world().url }])
    const still = await plain?.newPage()
    await still?.goto(`${world().url}${published}`)
    await still?.getByLabel('Address after /posts/').press('Enter')
    await still?.goto(`${world().url}/`)
    expect(commands()).toBe(before)
    await plain?.close()
  })

  it('both texts are shown when a post was saved elsewhere, and mine overwrites on request', async () => {
    await asOwner()
    await open(`/write/${idOf(90)}`)
    const draft = world().fake.posts.get(idOf(90))
    if (draft === undefined) throw new Error('The sample blog has no such draft.')
    world().fake.posts.set(draft.id, { ...draft, content: 'Theirs', version: draft.version + 1 })
    await page().getByLabel('Text, in Markdown').fill('Mine')
    await page().getByRole('button', { name: 'Save draft' }).click()
    await page().getByText('saved elsewhere in the meantime').waitFor()
    expect(await page().getByLabel('The other text').inputValue()).toBe('Theirs')
    expect(await page().getByLabel('Text, in Markdown').inputValue()).toBe('Mine')
    await page().getByRole('button', { name: 'Overwrite with mine' }).click()
    await page().getByText('✓ Saved').waitFor()
    expect(world().fake.posts.get(draft.id)?.content).toBe('Mine')
  })
}
