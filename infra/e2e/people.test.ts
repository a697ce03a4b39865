import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@logbook/chassis/testing/until.ts'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressOf } from '../run/services.ts'
import { ask } from './blog.ts'
import { type Runner, startRunner } from './runner.ts'
import { addAuthenticator, hasBrowser, running, startBrowser, type Visit, visit } from './visits.ts'

const password = 'four words in a row'

/** One blog from its first start on; each test goes on where the one before left off. */
describe.skipIf(!hasBrowser)('the people of a new blog', () => {
  let runner: Runner
  let browser: Browser
  let folder: string
  let origin: string
  let owner: Visit
  let author: Visit
  let guest: Visit
  let invitation = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'logbook-people-'))
    runner = await startRunner({ dataFolder: folder, parameters: ['--one-process'] })
    await runner.open()
    origin = addressOf('gateway', { ...runner.place, host: 'localhost' })
    browser = await startBrowser()
    owner = await visit(browser, { origin })
    author = await visit(browser, { origin })
    guest = await visit(browser, { origin })
  })
  afterAll(async () => {
    await browser?.close()
    runner?.interrupt()
    await runner?.exit
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  it('the link that the first start prints makes the owner, who writes a post', async () => {
    const [link = ''] = /http:\S+\/setup\?token=[\w-]+/.exec(runner.said()) ?? []
    const { page, complaints } = owner
    await page.goto(link)
    await page.getByLabel('Name').fill('Ada')
    await page.getByLabel('E-mail').fill('ada@blog.example')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.waitForURL('**/begin')
    await page.getByLabel('Title').fill('Ada’s log')
    await page.getByRole('button', { name: 'Write the first post' }).click()
    await page.waitForURL('**/write')
    expect(await page.locator('.blog-name').textContent()).toBe('Ada’s log')
    await running(page)
    await page.getByLabel('Title').fill('From the browser')
    await page.getByLabel('Text, in Markdown').fill('A *first* line.')
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.locator('.composer-preview em', { hasText: 'first' }).waitFor()
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByRole('heading', { level: 1, name: 'From the browser' }).waitFor()
    await page.locator('.dateline', { hasText: 'Ada' }).first().waitFor()
    expect(complaints).toEqual([])
  })

  it('opens once', async () => {
    const [link = ''] = /http:\S+\/setup\?token=[\w-]+/.exec(runner.said()) ?? []
    await guest.page.goto(link)
    await guest.page.getByText('This blog has its owner').waitFor()
  })

  it('an anonymous reader reads and comments, and finds no way to write posts', async () => {
    const { page, complaints, to } = guest
    await to('/posts/from-the-browser')
    await running(page)
    expect(await page.getByRole('link', { name: 'Edit' }).count()).toBe(0)
    await page.getByLabel('Your name').fill('Gus')
    await page.getByLabel('Your e-mail, never shown').fill('gus@guest.example')
    await page.getByLabel('Your comment').fill('From a guest')
    await page.getByRole('button', { name: 'Comment', exact: true }).click()
    await page.locator('.comment', { hasText: 'From a guest' }).getByText('Published').waitFor()
    expect(await page.content()).not.toContain('gus@guest.example</')
    await to('/write')
    expect(page.url()).toContain('/sign-in?next=%2Fwrite')
    expect(complaints).toEqual([])
  })

  it('a guest changes and takes back what they said', async () => {
    const { page, complaints, to } = guest
    await to('/posts/from-the-browser')
    await running(page)
    await page.getByLabel('Your comment').fill('Said too soon')
    await page.getByRole('button', { name: 'Comment', exact: true }).click()
    const said = page.locator('.comment', { hasText: 'Said too soon' })
    await said.getByText('Published').waitFor()
    await said.getByRole('link', { name: 'Edit' }).click()
    await page.locator('.comment').getByRole('textbox').fill('Thought over')
    await page.getByRole('button', { name: 'Save' }).click()
    const changed = page.locator('.comment', { hasText: 'Thought over' })
    await changed.getByText('edited').waitFor()
    await changed.getByText('Published').waitFor()
    const api = async () => (await ask(`${origin}/api/posts/from-the-browser`)).text
    expect(await api()).toContain('Thought over')
    await changed.getByRole('link', { name: 'Delete' }).click()
    await page.locator('.comment').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('Your comment was deleted.').waitFor()
    // The command is answered before the view has read its event.
    await until(async () => !(await api()).includes('Thought over'), 'the view to forget the comment')
    expect(complaints).toEqual([])
  })

  it('the owner invites an author, who writes and does not see what is the owner’s', async () => {
    await owner.to('/people')
    await owner.page.getByLabel('E-mail').fill('ben@blog.example')
    await owner.page.getByRole('button', { name: 'Invite' }).click()
    await owner.page.getByText('The link to send:').waitFor()
    invitation = (await owner.page.locator('.secret-once code').textContent()) ?? ''

    const { page, to } = author
    await page.goto(invitation)
    await page.getByLabel('Name').fill('Ben')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Join' }).click()
    await page.waitForURL('**/account')
    await to('/drafts')
    await page.getByText('Nothing written yet').waitFor()
    expect((await to('/people'))?.status()).toBe(403)
    expect((await to('/moderation'))?.status()).toBe(403)
    await to('/posts/from-the-browser')
    await running(page)
    await page.getByLabel('Your comment').fill('From the author')
    await page.getByLabel('Your comment').press('Control+Enter')
    await page.locator('.comment', { hasText: 'From the author' }).getByText('Published').waitFor()
  })

  it('a passkey opens the account of the person who added it, until it is removed', async () => {
    const { page, to } = owner
    const authenticator = await addAuthenticator(page)
    const signOut = async () => {
      await to('/account')
      await page.getByRole('button', { name: 'Sign out', exact: true }).click()
      await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).click()
      await page.waitForURL('**/sign-in**')
      await running(page)
    }
    await to('/account')
    await running(page)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByRole('button', { name: 'Remove Passkey 1' }).waitFor()
    expect(await authenticator.credentials()).toMatchObject([
      { rpId: 'localhost', isResidentCredential: true },
    ])

    await signOut()
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByRole('banner').getByRole('link', { name: 'Ada', exact: true }).waitFor()
    const [used] = await authenticator.credentials()
    expect(used?.signCount).toBeGreaterThan(1)

    await to('/account')
    await page.getByRole('button', { name: 'Remove Passkey 1' }).click()
    await page.getByText('The passkey was removed.').waitFor()
    await page.getByRole('button', { name: 'Remove Passkey 1' }).waitFor({ state: 'detached' })

    await signOut()
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('banner').getByRole('link', { name: 'Ada', exact: true }).count()).toBe(0)
    expect((await to('/people'))?.url()).toContain('/sign-in?next=%2Fpeople')
  })

  it('signs out, signs in again, and is erased; the page keeps the place and no word', async () => {
    const { page, to } = author
    await to('/account')
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('E-mail').fill('ben@blog.example')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('banner').getByRole('link', { name: 'Ben', exact: true }).waitFor()
    await to('/account?leave=1')
    await page.getByRole('button', { name: 'Erase permanently' }).click()
    await page.waitForURL('**/erasures/**')
    await page.getByRole('heading', { level: 1, name: /^Erased$/ }).waitFor()
    await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).waitFor()
    expect((await page.context().cookies()).map(({ name }) => name)).not.toContain('logbook.session_token')
    await guest.to('/posts/from-the-browser')
    expect(await guest.page.content()).not.toContain('From the author')
    await guest.page.getByText('From a guest').waitFor()
  })
})
