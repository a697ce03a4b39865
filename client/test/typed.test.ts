import { afterEach, describe, expect, it, vi } from 'vitest'
import { inBrowser } from './browser.ts'
import { heron } from './browser-places.ts'
import { worldOfFile } from './built.ts'
import { ada, sessionOf } from './fake-accounts.ts'
import { send } from './requests.ts'
import { idOf } from './sample-blog.ts'

const world = worldOfFile()

describe('a form that is sent again by the way back, with the key of a page that was fetched anew,', () => {
  const lastPosted = () => world().fake.asked.filter(({ method }) => method === 'POST').length
  const comments = () => [...world().fake.comments.values()].filter(({ content }) => content === 'Once')

  it('is one comment, and another where the first was changed or deleted since', async () => {
    const sendOnce = (key: string, more = {}) =>
      send(world(), {
        path: heron,
        fields: { intent: 'comment', postId: idOf(1), content: 'Once', key, ...more },
      })
    const ids = async (...answers: ReturnType<typeof sendOnce>[]) =>
      (await Promise.all(answers)).map(({ headers }) => headers.get('location')?.split('#')[1])
    const [first] = await ids(sendOnce('one'))
    expect(await ids(sendOnce('two'), sendOnce('three', { name: '' }))).toEqual([first, first])
    expect(comments()).toHaveLength(1)
    expect(await ids(sendOnce('four', { parentId: idOf(101) }))).not.toEqual([first])
    const [comment] = comments()
    if (comment) world().fake.comments.set(comment.id, { ...comment, revision: 2, content: 'Changed' })
    expect(await ids(sendOnce('five'))).not.toEqual([first])
  })

  it('is one draft, and another where the first was changed since', async () => {
    const before = lastPosted()
    const save = async (key: string) => {
      const fields = { intent: 'save', title: 'Only once', content: 'x', tags: '', excerpt: '', key }
      const { headers } = await send(world(), {
        path: '/write',
        headers: { Cookie: sessionOf('owner') },
        fields,
      })
      return headers.get('location') ?? ''
    }
    const first = await save('one')
    expect(await save('two')).toBe(first)
    const post = world().fake.posts.get(first.slice('/write/'.length))
    if (post) world().fake.posts.set(post.id, { ...post, version: 2 })
    expect(await save('three')).not.toBe(first)
    expect(lastPosted() - before).toBe(4)
  })
})

inBrowser(world, ({ page, open, asOwner, wrong }) => {
  describe('a comment that could not be sent', () => {
    afterEach(() => {
      for (const [id, { content }] of world().fake.comments)
        if (content?.startsWith('Unsent')) world().fake.comments.delete(id)
    })
    const unsent = (text: string) => page().locator('.comment[data-own]', { hasText: text })
    const fail = async (text: string) => {
      world().fake.down.add('comments')
      await page().getByLabel('Your comment').fill(text)
      await page().getByLabel('Your comment').press('Control+Enter')
      await unsent(text).getByText('Not sent.').waitFor()
      world().fake.down.clear()
    }
    const sent = (text: string) =>
      [...world().fake.comments.values()].filter(({ content }) => content === text)

    it('is kept through a reload, a link, the way back and signing in, and is then sent once', async () => {
      await open(heron)
      await page().getByLabel('Your name').fill('Gus')
      await fail('Unsent by a guest')
      expect(await wrong()).toEqual([])
      await page().reload()
      await unsent('Unsent by a guest').getByText('Not sent.').waitFor()
      await page().getByRole('link', { name: 'Tags', exact: true }).first().click()
      await page().getByRole('heading', { level: 1, name: 'Tags' }).waitFor()
      await page().goBack()
      await unsent('Unsent by a guest').waitFor()
      await open('/posts/notes-on-a-slow-camera')
      expect(await unsent('Unsent by a guest').count()).toBe(0)
      await open(`/sign-in?next=${heron}`)
      await page().getByLabel('E-mail').fill(ada.email)
      await page().getByLabel('Password').fill('the right password')
      await page().getByRole('button', { name: 'Sign in' }).click()
      await unsent('Unsent by a guest').getByRole('button', { name: 'Try again' }).click()
      await unsent('Unsent by a guest').getByText('Waiting').waitFor()
      await page().reload()
      await page().getByLabel('Your comment').waitFor()
      expect(await page().getByText('Not sent.').count()).toBe(0)
      expect(sent('Unsent by a guest').map(({ author }) => author)).toEqual([null])
    })

    it('is kept while it is on its way, and is not sent twice where its answer was lost', async () => {
      await open(heron)
      // The blog has it, and the page never learns so.
      await page().route('**/api/posts/*/comments', async (route) => {
        await route.fetch()
        await route.fulfill({ status: 503, json: { code: 'timeout', status: 503 } })
      })
      await page().getByLabel('Your comment').fill('Unsent, or so it seems')
      await page().getByRole('button', { name: 'Comment', exact: true }).click()
      await unsent('or so it seems').getByText('Not sent.').waitFor()
      await page().unroute('**/api/posts/*/comments')
      await page().reload()
      await page().getByRole('button', { name: 'Try again' }).click()
      await vi.waitFor(async () => expect(await page().getByText('Not sent.').count()).toBe(0))
      expect(sent('Unsent, or so it seems')).toHaveLength(1)
    })

    it('goes from every tab once it was discarded in one', async () => {
      await open(heron)
      await fail('Unsent, twice open')
      const other = await page().context().newPage()
      await other.goto(page().url())
      const there = other.locator('.comment[data-own]', { hasText: 'twice open' })
      await there.getByRole('button', { name: 'Discard' }).click()
      await vi.waitFor(async () => expect(await unsent('twice open').count()).toBe(0))
      await page().reload()
      await page().getByLabel('Your comment').waitFor()
      expect(await unsent('twice open').count()).toBe(0)
    })

    it('of an account is shown to that account alone', async () => {
      await asOwner()
      await open(heron)
      await fail('Unsent by the owner')
      await page().context().clearCookies()
      await page().reload()
      await page().getByText('1 comment of an account, not sent yet.').waitFor()
      expect(await wrong()).toEqual([])
      expect(await unsent('Unsent by the owner').count()).toBe(0)
      await asOwner()
      await page().reload()
      await unsent('Unsent by the owner').getByRole('button', { name: 'Discard' }).click()
      await vi.waitFor(async () => expect(await unsent('Unsent by the owner').count()).toBe(0))
      // What another version kept breaks no page.
      const kept = `logbook:unsent:${idOf(1)}`
      await page().evaluate((key) => localStorage.setItem(key, '[null, 1, {"key": "k", "text": 7}]'), kept)
      await open(heron)
      expect(await page().getByText('Not sent.').count()).toBe(0)
    })

    it('is an edit as well: its text is back after a reload', async () => {
      const own = idOf(403)
      world().fake.say(403, 'Unsent edit of this')
      world().fake.mine.add(own)
      await open(heron)
      const row = page().locator(`#comment-${own}`)
      await row.getByRole('link', { name: 'Edit your comment' }).click()
      world().fake.down.add('comments')
      await row.getByLabel('Your comment’s new text').fill('A long new text')
      await row.getByRole('button', { name: 'Save' }).click()
      await row.getByText('Not saved.').waitFor()
      world().fake.down.clear()
      await page().reload()
      await row.getByRole('link', { name: 'Edit your comment' }).click()
      await vi.waitFor(async () =>
        expect(await row.getByLabel('Your comment’s new text').inputValue()).toBe('A long new text'),
      )
      await row.getByRole('button', { name: 'Save' }).click()
      await row.getByText('Your new text waits').waitFor()
      world().fake.mine.clear()
      world().fake.comments.delete(own)
    })
  })
})
