import type { Element, Root } from 'hast'
import rehypeParse from 'rehype-parse'
import { unified } from 'unified'
import { visit } from 'unist-util-visit'

const parser = unified().use(rehypeParse, { fragment: true })

const allowedSchemes = /^(?:https?:|mailto:|[#/?.]|[^:/?#]*(?:[/?#]|$))/i
const forbiddenElements = new Set(
  'script style iframe object embed svg math form base meta link template button textarea select frame applet'.split(
    ' ',
  ),
)

/** What a browser would find in the HTML that could run, load or impersonate something. Empty if it is safe. */
export const dangersIn = (html: string): string[] => {
  const dangers: string[] = []
  visit(parser.parse(html) as Root, 'element', (element: Element) => {
    if (forbiddenElements.has(element.tagName)) dangers.push(`<${element.tagName}>`)
    for (const [name, value] of Object.entries(element.properties)) {
      if (/^on|^style$|^srcdoc$|^formAction$|^srcSet$/i.test(name)) dangers.push(`${element.tagName} ${name}`)
      if (/^(href|src|action|data|cite|longDesc)$/i.test(name) && !allowedSchemes.test(String(value).trim()))
        dangers.push(`${element.tagName} ${name}=${String(value)}`)
      if ((name === 'id' || name === 'name') && !String(value).startsWith('p-'))
        dangers.push(`id ${String(value)}`)
    }
  })
  return dangers
}
