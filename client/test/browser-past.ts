import { describe, expect, it, vi } from 'vitest'
import type { Browsing } from './browser.ts'
import { idOf } from './sample-blog.ts'

const id = idOf(2)
const path = `/write/${id}`

const heron = '/posts/the-heron-stood-still'

/** What was, where scripts run. */
export const describePast = ({ page, open, world, asOwner, wrong }: Browsing) => {
  describe('the blog as of a moment', () => {
    it('pages of the past link to each other, follow no live changes, and lead back to now', async () => {
      await vi.waitFor(() => expect(world().fake.watchers()).toBe(0))
      await open('/?asOf=900')
      await page().getByText('The blog as of event 900 of its log').waitFor()
      await page().getByRole('link', { name: 'The heron stood still' }).click()
      await page().getByRole('heading', { level: 1, name: 'The heron stood still' }).waitFor()
      expect(new URL(page().url()).searchParams.get('asOf')).toBe('900')
      expect(await page().getByLabel('Your comment').count()).toBe(0)
      await page().locator('.comments').getByRole('link', { name: 'oldest' }).click()
      await page().waitForURL(/sort=oldest/)
      expect(world().fake.watchers()).toBe(0)
      await page().getByRole('link', { name: 'Back to now' }).click()
      await page().getByLabel('Your comment').waitFor()
      expect(page().url()).toMatch(new RegExp(`${heron}\\?sort=oldest$`))
      await vi.waitFor(() => expect(world().fake.watchers()).toBe(1))
    })

    it('a long thread of the past shows more comments as of then', async () => {
      await open('/posts/notes-on-a-slow-camera?asOf=900')
      const before = world().fake.asked.length
      await page().getByRole('link', { name: '4 more replies' }).click()
      await vi.waitFor(() => expect(world().fake.asked.length).toBeGreaterThan(before))
      expect(world().fake.asked.at(-1)?.url.searchParams.get('asOf')).toBe('900')
    })

    it('a day of the past is found in the archive', async () => {
      await open('/archive')
      const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
      await page().getByLabel('Show the blog as it was at the end of').fill(day)
      await page().getByRole('button', { name: 'Show' }).click()
      await page().getByText('The blog as of the end of').waitFor()
      expect(new URL(page().url()).search).toBe(`?asOf=${day}`)
      expect(await wrong()).toEqual([])
    })
  })

  describe('the history of a post', () => {
    const write = async (content: string) => {
      await open(path)
      await page().getByLabel('Text, in Markdown').fill(content)
      await page().getByLabel('Text, in Markdown').press('Control+s')
      await vi.waitFor(() => expect(world().fake.posts.get(id)?.content).toBe(content))
    }

    it('the history of a post works from the keyboard, and restores an earlier text', async () => {
      await asOwner()
      await write('The first words.')
      await write('Other words.')
      await open(`${path}/history`)
      const changed = page().locator('.difference')
      await changed.locator('ins', { hasText: 'Other words.' }).waitFor()
      const slider = page().getByRole('slider', { name: 'Version' })
      await slider.press('ArrowLeft')
      await changed.locator('ins', { hasText: 'The first words.' }).waitFor()
      expect(await slider.getAttribute('aria-valuetext')).toContain('Edited')
      expect(await wrong()).toEqual([])
      await page().getByRole('button', { name: 'Restore this version' }).click()
      await vi.waitFor(() => expect(world().fake.posts.get(id)?.content).toBe('The first words.'))
      await changed.locator('ins', { hasText: 'The first words.' }).waitFor()
      await changed.locator('del', { hasText: 'Other words.' }).waitFor()
    })
  })
}
