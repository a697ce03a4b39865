import { expect, it } from 'vitest'
import { inBrowser } from './browser.ts'
import { worldOfFile } from './built.ts'
import { ada } from './fake-accounts.ts'
import { sampleComments, samplePosts, sampleQueue } from './sample-blog.ts'

const posts = samplePosts()
/** What people called themselves, their texts and their subjects, and what the blog is called. */
const written = [
  'Logbook of Ada',
  ada.name,
  ...posts.flatMap(({ title, tags }) => [title, ...tags]),
  ...[...sampleComments(), ...sampleQueue()].flatMap(({ author }) => author?.name ?? []),
]
const [first, second] = posts
const pages = [
  '/',
  `/posts/${second?.slug}`,
  '/archive',
  '/tags',
  `/tags/${first?.tags[0]}`,
  '/search?q=heron',
  '/moderation',
  '/write',
  '/write/posts',
  `/write/${first?.id}`,
  `/posts/${first?.slug}/history`,
  '/people',
  '/settings',
  '/account',
  '/sign-in',
]

inBrowser(worldOfFile(), ({ page, open, asOwner }) => {
  it('what people wrote runs in its own direction wherever it stands, and where it is typed', async () => {
    await asOwner()
    const all: Record<string, string[]> = {}
    let shown = 0
    for (const path of pages) {
      await open(path)
      const { wrong, right } = await page().evaluate((texts) => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
        const isWritten = (text: string) => texts.includes(text.trim())
        const hasOwnDirection = (element: Element | null) => element?.closest('bdi, [dir="auto"]') != null
        const found = { wrong: [] as string[], right: 0 }
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const parent = node.parentElement
          if (!isWritten(node.textContent ?? '') || parent?.closest('script, style, noscript')) continue
          if (hasOwnDirection(parent)) found.right++
          else found.wrong.push(`${parent?.outerHTML}`.slice(0, 120))
        }
        const typed = 'textarea, input:is([type=text], [type=search], [type=email], :not([type]))'
        for (const field of document.querySelectorAll(typed))
          if (
            !hasOwnDirection(field) &&
            field.getAttribute('dir') !== 'ltr' &&
            field.getAttribute('tabindex') !== '-1'
          )
            found.wrong.push(field.outerHTML.slice(0, 120))
        return found
      }, written)
      if (wrong.length > 0) all[path] = wrong
      shown += right
    }
    expect(all).toEqual({})
    expect(shown).toBeGreaterThan(40)
  })
})
