import { describe, expect, it, vi } from 'vitest'
import type { Browsing } from './browser-own.ts'
import { idOf } from './sample-blog.ts'

const id = idOf(2)
const path = `/write/${id}`

/** What was, where scripts run. */
export const describePast = ({ page, open, world, asOwner, wrong }: Browsing) => {
  describe('the history of a post', () => {
    const write = async (content: string) => {
      await open(path)
      await page().getByLabel('Text, in Markdown').fill(content)
      await page().getByLabel('Text, in Markdown').press('Control+s')
      await vi.waitFor(() => expect(world().fake.posts.get(id)?.content).toBe(content))
    }

    it('is walked through from the keyboard, and earlier words are brought back', async () => {
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
      await page().getByRole('button', { name: 'Restore the words of this version' }).click()
      await vi.waitFor(() => expect(world().fake.posts.get(id)?.content).toBe('The first words.'))
      await changed.locator('ins', { hasText: 'The first words.' }).waitFor()
      await changed.locator('del', { hasText: 'Other words.' }).waitFor()
    })
  })
}
