import type { Page } from 'playwright-core'
import rehypeParse from 'rehype-parse'
import { unified } from 'unified'

type Html = ReturnType<ReturnType<typeof parser>['parse']>
type Node = Html | Html['children'][number]

const parser = () => unified().use(rehypeParse)

const unread = ['script', 'style', 'template', 'noscript', 'head']

const collapsed = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

const textOf = (node: Node): string => {
  if (node.type === 'text') return node.value
  if (node.type === 'element' && unread.includes(node.tagName)) return ''
  // Where scripts run, it becomes `3 h ago`.
  if (node.type === 'element' && node.tagName === 'time') return String(node.properties.dateTime)
  return 'children' in node ? node.children.map(textOf).join('') : ''
}

/** What can be read of a page as it was sent, times as the page's own code has them. */
export const readableIn = (html: string): string => collapsed(textOf(parser().parse(html)))

/** The same of a page as a browser has it. */
export const readableOn = async (page: Page): Promise<string> =>
  collapsed(
    await page.evaluate((skipped) => {
      const read = (node: globalThis.Node): string => {
        if (node instanceof Text) return node.data
        if (!(node instanceof Element)) return ''
        if (skipped.includes(node.localName)) return ''
        if (node instanceof HTMLTimeElement) return node.dateTime
        return [...node.childNodes].map(read).join('')
      }
      return read(document.documentElement)
    }, unread),
  )

/** What of a page can be seen, but for what is there only with, or only without, scripts. */
export const visibleOn = async (page: Page): Promise<string> =>
  collapsed(
    await page.evaluate(() => {
      for (const each of document.querySelectorAll('.scripted, .unscripted')) each.remove()
      for (const each of document.querySelectorAll('time')) each.textContent = each.dateTime
      // biome-ignore lint/performance/useDomNodeTextContent: what is hidden is not seen
      return document.body.innerText
    }),
  )
