import { afterEach, describe, expect, it, vi } from 'vitest'
import { inBrowser } from './browser.ts'
import { heron } from './browser-places.ts'
import { worldOfFile } from './built.ts'
import { ada, sessionOf } from './fake-accounts.ts'
import { send } from './requests.ts'
import { idOf } from './sample-blog.ts'

const world = worldOfFile()

describe('a form that is sent again by the way back,', () => {
  const lastPosted = () => world().fake.asked.filter(({ method }) => method === 'POST').length
  const comments = () => [...world().fake.comments.values()].filter(({ content }) => content === 'Once')

  it('a comment form sent again by the back button is one comment, and a new one if the first was changed or deleted', async () => {
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
    const [second] = await ids(sendOnce('five'))
    expect(second).not.toBe(first)
    // The form of a page that is kept for everyone has no key: what is sent twice is one all the same.
    expect(await ids(sendOnce(''), sendOnce(''))).toEqual([second, second])
    const changed = [...world().fake.comments.values()].find(({ id }) => second?.endsWith(id))
    if (changed) world().fake.comments.set(changed.id, { ...changed, revision: 2, content: 'Changed' })
    const [third] = await ids(sendOnce(''))
    expect([first, second]).not.toContain(third)
  })

  it('a draft form sent again by the back button is one draft, and a new one if the first was changed', async () => {
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

    it('an unsent comment is kept through a reload, a link, the back button and signing in, and is then sent once', async () => {
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

    it('a comment is kept while it is sent, and is not posted twice if the answer was lost', async () => {
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

    it('a discarded comment disappears from every tab', async () => {
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

    it('undo restores a discarded comment, also after a reload', async () => {
      await open(heron)
      await fail('Unsent, and discarded by a slip')
      await unsent('by a slip').getByRole('button', { name: 'Discard' }).click()
      await page().getByText('Your unsent comment was discarded.').waitFor()
      expect(await wrong()).toEqual([])
      await page().getByRole('button', { name: 'Undo' }).click()
      await page().reload()
      await unsent('by a slip').getByRole('button', { name: 'Try again' }).click()
      await unsent('by a slip').getByText('Waiting').waitFor()
    })

    it('an unsent comment of an account is shown to that account only', async () => {
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

    it('an unsent reply stays below the comment that it answers when others arrive', async () => {
      world().fake.say(305, 'Unsent is what answers this', { parentId: null })
      await open(`${heron}?sort=oldest`)
      const last = page().locator(`#comment-${idOf(305)}`)
      await last.getByRole('link', { name: 'Reply to' }).click()
      world().fake.down.add('comments')
      await page().getByLabel('Your reply to').fill('Unsent below the last')
      await page().getByLabel('Your reply to').press('Control+Enter')
      await unsent('below the last').getByText('Not sent.').waitFor()
      world().fake.down.clear()
      world().fake.say(306, 'Unsent is what this is not', { parentId: null })
      await page().getByRole('button', { name: '1 new ↑' }).click()
      const ids = () =>
        page()
          .locator('.comment')
          .evaluateAll((rows) => rows.slice(-2).map(({ id, textContent }) => [id, textContent]))
      await vi.waitFor(async () => expect((await ids()).at(-1)?.[0]).toBe(`comment-${idOf(306)}`))
      expect((await ids())[0]?.[1]).toContain('Unsent below the last')
    })

    it('an unsent edit is restored after a reload', async () => {
      const own = idOf(403)
      world().fake.say(403, 'Unsent edit of this')
      world().fake.mine.add(own)
      await open(heron)
      const row = page().locator(`#comment-${own}`)
      await row.getByRole('link', { name: 'Edit your comment' }).click()
      world().fake.down.add('comments')
      await row.getByLabel('New text of your comment').fill('A long new text')
      await row.getByRole('button', { name: 'Save' }).click()
      await row.getByText('Not saved.').waitFor()
      world().fake.down.clear()
      await page().reload()
      await row.getByRole('link', { name: 'Edit your comment' }).click()
      await vi.waitFor(async () =>
        expect(await row.getByLabel('New text of your comment').inputValue()).toBe('A long new text'),
      )
      await row.getByRole('button', { name: 'Save' }).click()
      await row.getByText('Your new text waits').waitFor()
      world().fake.mine.clear()
      world().fake.comments.delete(own)
    })
  })

  describe('a post that was saved elsewhere meanwhile', () => {
    const base = 'Dawn.\n\nA heron.\n\nNoon.\n'
    const call = (method: string, path: string, body: unknown, version = 1) =>
      fetch(`${world().url}/api/posts${path}`, {
        method,
        headers: { 'Content-Type': 'application/json', 'If-Match': `"${version}"` },
        body: JSON.stringify(body),
      })
    /** Opens a post, types `mine` into it, and saves it after somebody else saved `theirs`. */
    const clash = async (mine: string, theirs: string) => {
      const answer = await call('POST', '', { title: 'Clashing', content: base, status: 'published' })
      const { id } = (await answer.json()) as { id: string }
      await asOwner()
      await open(`/write/${id}`)
      await call('PATCH', `/${id}`, { content: theirs })
      await text().fill(mine)
      await page().getByRole('button', { name: 'Update' }).click()
      await notice().waitFor()
      return { id, content: () => world().fake.posts.get(id)?.content }
    }
    const text = () => page().getByLabel('Text, in Markdown')
    const notice = () => page().getByRole('region', { name: 'This post was saved elsewhere in the meantime' })
    const mine = 'Dawn came.\n\nA heron.\n\nNoon.\n'
    const theirs = 'Dawn.\n\nA heron.\n\nNoon, or later.\n'
    const both = 'Dawn came.\n\nA heron.\n\nNoon, or later.\n'
    const update = async () => {
      await page().getByRole('button', { name: 'Update' }).click()
      await page().getByText('✓ Saved').waitFor()
    }

    it('a clash shows what the other save changed, visible and focused, and both are merged and saved', async () => {
      const { content } = await clash(mine, theirs)
      await notice().locator('ins', { hasText: ', or later' }).waitFor()
      expect(await page().evaluate(() => document.activeElement?.id)).toBe('clash')
      await expect
        .poll(() => notice().evaluate((it) => it.getBoundingClientRect().top))
        .toBeGreaterThanOrEqual(0)
      expect(await wrong()).toEqual([])
      // Before a choice, no key and no button saves.
      await text().press('Control+s')
      await page().getByRole('button', { name: 'Update' }).click()
      expect(await page().evaluate(() => document.activeElement?.id)).toBe('clash')
      expect(content()).toBe(theirs)
      await page().getByRole('button', { name: 'Merge both' }).click()
      await page().getByText('Nothing was changed in both.').waitFor()
      expect(await text().inputValue()).toBe(both)
      expect(await wrong()).toEqual([])
      await update()
      expect(content()).toBe(both)
    })

    it('after a clash the other text can be used, with a way back to one’s own, and saved', async () => {
      const { content } = await clash(mine, theirs)
      await page().getByRole('link', { name: 'Use the other text' }).click()
      await page().getByText('The other text is in the form.').waitFor()
      expect(await text().inputValue()).toBe(theirs)
      await page().getByRole('button', { name: 'Restore my text' }).click()
      expect(await text().inputValue()).toBe(mine)
      await update()
      expect(content()).toBe(mine)
    })

    it('a clash asks again if the post was saved once more before the choice, also after a reload', async () => {
      const { id, content } = await clash(mine, theirs)
      await call('PATCH', `/${id}`, { content: `${theirs}More.` }, 2)
      await page().getByRole('button', { name: 'Overwrite with mine' }).click()
      await notice().locator('ins', { hasText: 'More.' }).waitFor()
      await page().reload()
      await page().getByText('This text was not saved').waitFor()
      await page().getByRole('button', { name: 'Update' }).click()
      await notice().getByRole('button', { name: 'Overwrite with mine' }).click()
      await page().getByText('✓ Saved').waitFor()
      expect(content()).toBe(mine)
    })

    it('a clash is merged, accepted or overwritten by plain forms as well', async () => {
      const { id } = await clash(mine, theirs)
      const post = async (fields: Record<string, string>) =>
        send(world(), {
          path: `/write/${id}`,
          headers: { Cookie: sessionOf('owner') },
          fields: { title: 'Clashing', content: mine, tags: '', excerpt: '', ...fields },
        })
      const asked = await post({ intent: 'save', version: '1' })
      expect(asked.status).toBe(412)
      expect(asked.html).toMatch(/<ins>[^<]*Noon, or later/)
      expect(asked.html).toMatch(/name="version" value="2"[\s\S]*name="base" value="1"/)
      const merged = await post({ intent: 'merge', version: '2', base: '1' })
      expect(merged.html).toMatch(/name="version" value="2"/)
      expect(merged.html).toContain(both)
      expect((await post({ intent: 'save', version: '2', content: both })).status).toBe(302)
      expect(world().fake.posts.get(id)?.content).toBe(both)
    })
  })
})
